use std::sync::Arc;
use std::thread;
use std::time::Instant;

use odd_core::ports::{ErrorChain, EventSink, Hint, LostAttempt, StoreError};
use odd_core::{Clock, TransactionCounters};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::abandoned_claims::AbandonedClaims;
use super::checkpoint::Checkpointer;
use super::claim_queue::ClaimQueue;
use super::clock::save_jump;
use super::handle::WriterHandle;
use super::message::{Message, Step};
use super::notifier::{Notifier, Outcome};
use super::prepared::PreparedStatements;
use super::recovery::end_abandoned_claim;
use super::session::Session;
use super::writer_state::WriterState;
use crate::SqliteConfig;
use crate::error::{DbError, DbResult, classify};
use crate::running::PublishedAttempts;
use crate::time::SharedClock;

/// Requests that may wait for the writer; callers beyond wait for room.
const QUEUE_CAPACITY: usize = 4_096;

/// Events after which a transaction accepts no further requests: bounds how long a caller waits for its commit.
const EVENTS_PER_COMMIT: usize = 8_192;

/// Starts the writer thread on `connection`, and on the current runtime the task that notifies callers. Also returns the
/// attempts of an earlier process, which it ends first.
pub(crate) fn start(
    connection: Connection,
    config: &SqliteConfig,
    sink: Arc<dyn EventSink>,
    machine: Arc<dyn Clock>,
    published: PublishedAttempts,
    transactions: Arc<TransactionCounters>,
) -> Result<(WriterHandle, SharedClock, Vec<LostAttempt>), StoreError> {
    let (messages, inbox) = mpsc::channel(QUEUE_CAPACITY);
    let state = WriterState::load(
        &connection,
        &config.producers,
        published,
        machine,
        config.longest_lease_step,
    )?;
    let checkpointer = Checkpointer::start(&config.path)?;
    let (hint_sender, hints) = watch::channel(state.hint);
    let mut writer = Writer {
        state,
        notifier: Notifier::start(sink),
        claims: ClaimQueue::new(abandoned_claims(&messages)),
        checkpointer,
        inbox,
        hints: hint_sender,
        transactions,
    };
    let clock = writer.state.clock.clone();
    let lost = writer.recover(&connection)?;
    thread::Builder::new()
        .name("store-writer".into())
        .spawn(move || {
            let stopped = writer.run(&connection);
            drop(connection);
            if let Some(stopped) = stopped {
                writer.notifier.stop(stopped);
            }
        })
        .map_err(|error| StoreError::unavailable("cannot start the writer thread", error))?;
    Ok((WriterHandle::new(messages, hints), clock, lost))
}

fn abandoned_claims(messages: &mpsc::Sender<Message>) -> AbandonedClaims {
    let writer = messages.downgrade();
    AbandonedClaims::new(move || {
        if let Some(writer) = writer.upgrade() {
            // A writer with a full inbox is awake, and releases abandoned claims in every transaction.
            let _ = writer.try_send(Message::Wake);
        }
    })
}

struct Writer {
    state: WriterState,
    notifier: Notifier,
    claims: ClaimQueue,
    checkpointer: Checkpointer,
    inbox: mpsc::Receiver<Message>,
    hints: watch::Sender<Hint>,
    transactions: Arc<TransactionCounters>,
}

impl Writer {
    /// Commits group after group until it is asked to stop or all handles are dropped.
    fn run(&mut self, connection: &Connection) -> Option<oneshot::Sender<()>> {
        let statements = PreparedStatements::new(connection);
        let mut stop = None;
        while stop.is_none() {
            let Some(first) = self.inbox.blocking_recv() else {
                break;
            };
            stop = self.commit_group(&statements, first);
            self.checkpointer.after_commit(connection);
        }
        self.claims.clear();
        self.checkpointer.stop();
        stop
    }

    /// Runs `first` and all messages that have arrived by then in one transaction.
    fn commit_group(
        &mut self,
        statements: &PreparedStatements<'_>,
        first: Message,
    ) -> Option<oneshot::Sender<()>> {
        let mut steps = Vec::new();
        let mut stop = self.accept(first, &mut steps);
        while stop.is_none() && steps.is_empty() {
            match self.inbox.try_recv() {
                Ok(message) => stop = self.accept(message, &mut steps),
                Err(_) => break,
            }
        }
        if !steps.is_empty() || self.claims.needs_transaction() {
            let found = self.commit_steps(statements, steps);
            stop = stop.or(found);
        }
        stop
    }

    fn accept(
        &mut self,
        message: Message,
        steps: &mut Vec<Box<dyn Step>>,
    ) -> Option<oneshot::Sender<()>> {
        match message {
            Message::Step(step) => steps.push(step),
            Message::Claim(ticket) => self.claims.push(ticket),
            Message::Wake => {}
            Message::Stop(reply) => return Some(reply),
        }
        None
    }

    /// Runs one transaction: the steps, more of them while the inbox has any and there is room, then the release of
    /// abandoned claims, then the waiting claims.
    fn commit_steps(
        &mut self,
        statements: &PreparedStatements<'_>,
        mut steps: Vec<Box<dyn Step>>,
    ) -> Option<oneshot::Sender<()>> {
        let mut stop = None;
        let (began, changes) = (Instant::now(), statements.connection().total_changes());
        let counters = self.state.counters();
        if let Some(jump) = self.state.advance_clock() {
            self.transactions.count_clock_jump(jump);
        }
        let mut session = Session::new(statements, &mut self.state);
        let mut done = 0;
        let result = (|| {
            session.begin()?;
            save_jump(&mut session)?;
            loop {
                while done < steps.len() {
                    done += 1;
                    steps[done - 1].run(&mut session)?;
                }
                if session.events() >= EVENTS_PER_COMMIT || stop.is_some() {
                    break;
                }
                match self.inbox.try_recv() {
                    Ok(Message::Step(step)) => steps.push(step),
                    Ok(Message::Claim(ticket)) => self.claims.push(ticket),
                    Ok(Message::Wake) => {}
                    Ok(Message::Stop(reply)) => stop = Some(reply),
                    Err(_) => break,
                }
            }
            // After the inbox: the loop may have received the message that announced them.
            self.claims.release_abandoned(&mut session)?;
            self.claims.serve(&mut session)?;
            session.commit()
        })();
        let records = session.into_records();
        let committed = match result {
            Ok(()) => {
                self.state.running.publish();
                self.state.unsaved_clock = None;
                match statements.connection().total_changes() == changes {
                    true => self.transactions.count_unchanged(),
                    false => self.transactions.count_changed(began.elapsed()),
                }
                Ok(())
            }
            Err(error) => {
                roll_back(statements.connection(), &error);
                self.transactions.count_rolled_back();
                self.state.restore(counters);
                self.state.running.roll_back();
                Err(StoreError::from(error))
            }
        };
        let hint = self.state.hint;
        self.hints
            .send_if_modified(|present| std::mem::replace(present, hint) != hint);
        let claims = self.claims.answers(&committed);
        self.notifier.notify(Outcome {
            committed,
            records,
            steps,
            claims,
        });
        stop
    }

    /// Deletes all workers and ends all attempts that the file contains: before the first transaction, no other process can
    /// be running a job.
    fn recover(&mut self, connection: &Connection) -> Result<Vec<LostAttempt>, StoreError> {
        connection
            .execute("DELETE FROM workers", [])
            .map_err(classify)?;
        let statements = PreparedStatements::new(connection);
        let mut lost = Vec::new();
        while self.end_abandoned_claims(&statements, &mut lost)? {}
        Ok(lost)
    }

    /// Ends abandoned claims in one transaction. Returns `true` if there may be more.
    fn end_abandoned_claims(
        &mut self,
        statements: &PreparedStatements<'_>,
        lost: &mut Vec<LostAttempt>,
    ) -> DbResult<bool> {
        let mut session = Session::new(statements, &mut self.state);
        session.begin()?;
        save_jump(&mut session)?;
        let mut has_more = true;
        while has_more && session.events() < EVENTS_PER_COMMIT {
            has_more = end_abandoned_claim(&mut session, lost)?;
        }
        session.commit()?;
        self.state.unsaved_clock = None;
        Ok(has_more)
    }
}

fn roll_back(connection: &Connection, cause: &DbError) {
    tracing::error!(error = %ErrorChain(cause), "a transaction was rolled back");
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(error = %ErrorChain(&error), "a rollback failed");
    }
}
