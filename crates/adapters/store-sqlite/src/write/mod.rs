//! The writer thread: group commit, and the operations that run inside it.

mod announce;
mod attempt;
mod candidate;
mod checkpoint;
mod claim;
mod command;
mod due;
mod journal;
mod leases;
mod park;
mod pending;
mod place;
mod prune;
mod ranges;
mod recovery;
mod returns;
mod row;
mod session;
mod statements;
mod submit;
mod waiting;
mod worker;

use std::sync::Arc;
use std::thread;

use odd_core::Clock;
use odd_core::ports::{EventSink, Hint, StoreError};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) use attempt::{append_log, expire, finish, record_progress, renew};
pub(crate) use command::{cancel, drop_dead_letter, retry};
pub(crate) use due::promote;
pub(crate) use leases::Held;
pub(crate) use park::park;
pub(crate) use prune::prune;
pub(crate) use session::Session;
pub(crate) use submit::submit;
pub(crate) use waiting::ClaimTicket;
pub(crate) use worker::record_worker;

use self::announce::{Announcement, Announcer};
use self::checkpoint::Checkpointer;
use self::journal::Journal;
use self::returns::Returns;
use self::statements::Statements;
use self::waiting::Waiting;
use crate::SqliteConfig;
use crate::error::classify;
use crate::running::Running;

/// Requests that may wait for the writer; callers beyond wait for a place.
const QUEUE_CAPACITY: usize = 4_096;

/// Rows after which a transaction takes in no further requests, so that no caller waits for an endless one.
const ROWS_PER_COMMIT: usize = 8_192;

/// Why work could not be done inside a transaction; the whole transaction is given up.
pub(crate) type DbResult<T> = rusqlite::Result<T>;

/// Refuses a change that met another number of rows than the writer knows of: the transaction is given up rather than
/// file and memory come apart.
fn expect_rows(changed: usize, expected: usize) -> DbResult<()> {
    if changed == expected {
        return Ok(());
    }
    debug_assert_eq!(changed, expected, "rows changed");
    Err(rusqlite::Error::StatementChangedRows(changed))
}

/// One request to the writer. `run` happens inside the transaction, `answer` after it.
trait Step: Send {
    fn run(&mut self, session: &mut Session<'_, '_>) -> DbResult<()>;
    fn answer(self: Box<Self>, committed: &Result<(), StoreError>);
}

enum Message {
    Step(Box<dyn Step>),
    Claim(ClaimTicket),
    /// There are claims to be taken back.
    Wake,
    Stop(oneshot::Sender<()>),
}

struct Request<F, T> {
    work: Option<F>,
    outcome: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Step for Request<F, T>
where
    F: FnOnce(&mut Session<'_, '_>) -> DbResult<T> + Send,
    T: Send,
{
    fn run(&mut self, session: &mut Session<'_, '_>) -> DbResult<()> {
        let work = self.work.take().expect("a step runs once");
        self.outcome = Some(work(session)?);
        Ok(())
    }

    fn answer(self: Box<Self>, committed: &Result<(), StoreError>) {
        let answer = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => Ok(outcome),
            (Ok(()), None) => Err(StoreError::Closed),
            (Err(error), _) => Err(error.clone()),
        };
        // A caller that went away has no use for the answer.
        let _ = self.reply.send(answer);
    }
}

/// Sends requests to the writer thread.
#[derive(Clone)]
pub(crate) struct WriterHandle {
    messages: mpsc::Sender<Message>,
    hints: watch::Receiver<Hint>,
}

impl WriterHandle {
    /// Runs `work` in the next transaction and returns what it made once that is durable.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Session<'_, '_>) -> DbResult<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let request = Request {
            work: Some(work),
            outcome: None,
            reply,
        };
        self.messages
            .send(Message::Step(Box::new(request)))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Hands in a standing claim.
    pub(crate) async fn claim(&self, ticket: ClaimTicket) -> Result<(), StoreError> {
        self.messages
            .send(Message::Claim(ticket))
            .await
            .map_err(|_| StoreError::Closed)
    }

    /// The hint, once it differs from `last`; never, once the writer has stopped.
    pub(crate) async fn next_hint(&self, last: Hint) -> Hint {
        let mut hints = self.hints.clone();
        let found = hints.wait_for(|hint| *hint != last).await.map(|hint| *hint);
        match found {
            Ok(hint) => hint,
            Err(_) => std::future::pending().await,
        }
    }

    pub(crate) async fn stop(&self) {
        let (reply, answer) = oneshot::channel();
        if self.messages.send(Message::Stop(reply)).await.is_ok() {
            let _ = answer.await;
        }
    }
}

/// Starts the writer thread on `connection`, and on the present runtime the task that speaks for it.
pub(crate) fn start(
    connection: Connection,
    config: &SqliteConfig,
    sink: Arc<dyn EventSink>,
    clock: Arc<dyn Clock>,
    running: Running,
) -> Result<WriterHandle, StoreError> {
    let (messages, inbox) = mpsc::channel(QUEUE_CAPACITY);
    let journal = Journal::load(&connection, config, running).map_err(|error| classify(&error))?;
    let checkpointer = Checkpointer::start(&config.path)?;
    let (hint_sender, hints) = watch::channel(journal.hint());
    let mut writer = Writer {
        journal,
        announcer: Announcer::start(sink),
        clock,
        waiting: Waiting::new(Returns::new(messages.downgrade())),
        checkpointer,
        inbox,
        hints: hint_sender,
    };
    writer.take_back_claims(&connection)?;
    thread::Builder::new()
        .name("store-writer".into())
        .spawn(move || {
            let stopped = writer.run(&connection);
            drop(connection);
            if let Some(stopped) = stopped {
                writer.announcer.stopped(stopped);
            }
        })
        .map_err(|error| StoreError::Unavailable(error.to_string().into()))?;
    Ok(WriterHandle { messages, hints })
}

struct Writer {
    journal: Journal,
    announcer: Announcer,
    clock: Arc<dyn Clock>,
    waiting: Waiting,
    checkpointer: Checkpointer,
    inbox: mpsc::Receiver<Message>,
    hints: watch::Sender<Hint>,
}

impl Writer {
    /// Commits group after group until asked to stop, or until every handle is gone.
    fn run(&mut self, connection: &Connection) -> Option<oneshot::Sender<()>> {
        let statements = Statements::new(connection);
        let mut stop = None;
        while stop.is_none() {
            let Some(first) = self.inbox.blocking_recv() else {
                break;
            };
            stop = self.commit_group(&statements, first);
            self.checkpointer.after_commit(connection);
        }
        self.waiting.clear();
        self.checkpointer.stop();
        stop
    }

    /// Runs `first` and whatever else has arrived by then in one transaction.
    fn commit_group(
        &mut self,
        statements: &Statements<'_>,
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
        if !steps.is_empty() || self.waiting.is_due() {
            let found = self.commit_steps(statements, steps, |inbox| inbox.try_recv().ok());
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
            Message::Claim(ticket) => self.waiting.push(ticket),
            Message::Wake => {}
            Message::Stop(reply) => return Some(reply),
        }
        None
    }

    /// One transaction: the steps, more of them from `next` while there is room, then the waiting claims.
    fn commit_steps(
        &mut self,
        statements: &Statements<'_>,
        mut steps: Vec<Box<dyn Step>>,
        next: impl Fn(&mut mpsc::Receiver<Message>) -> Option<Message>,
    ) -> Option<oneshot::Sender<()>> {
        let mut stop = None;
        let mark = self.journal.mark();
        let mut session = Session::new(statements, &mut self.journal, self.clock.now());
        let mut done = 0;
        let result = (|| {
            session.begin()?;
            self.waiting.take_back(&mut session)?;
            loop {
                while done < steps.len() {
                    done += 1;
                    steps[done - 1].run(&mut session)?;
                }
                if session.rows() >= ROWS_PER_COMMIT || stop.is_some() {
                    break;
                }
                match next(&mut self.inbox) {
                    Some(Message::Step(step)) => steps.push(step),
                    Some(Message::Claim(ticket)) => self.waiting.push(ticket),
                    Some(Message::Wake) => {}
                    Some(Message::Stop(reply)) => stop = Some(reply),
                    None => break,
                }
            }
            self.waiting.serve(&mut session)?;
            session.commit()
        })();
        let entries = session.into_entries();
        let committed = result.map_err(|error| {
            tracing::error!(%error, "a transaction was given up");
            let connection = statements.connection();
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "rolling back failed");
            }
            self.journal.reset(mark);
            self.journal.leases.undo();
            classify(&error)
        });
        if committed.is_ok() {
            self.journal.leases.commit();
        }
        let hint = self.journal.hint();
        self.hints
            .send_if_modified(|present| std::mem::replace(present, hint) != hint);
        let claims = self.waiting.answers(&committed);
        self.announcer.announce(Announcement {
            committed,
            entries,
            steps,
            claims,
        });
        stop
    }

    /// At start, no other process can be running a job: every claim in the file is void, and no worker is alive.
    fn take_back_claims(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let forgotten = connection.execute("DELETE FROM workers", []);
        forgotten.map_err(|error| classify(&error))?;
        let statements = Statements::new(connection);
        loop {
            let now = self.clock.now();
            let mut session = Session::new(&statements, &mut self.journal, now);
            let more = (|| {
                session.begin()?;
                let mut more = true;
                while more && session.rows() < ROWS_PER_COMMIT {
                    more = recovery::take_back_claim(&mut session)?;
                }
                session.commit()?;
                Ok(more)
            })()
            .map_err(|error: rusqlite::Error| classify(&error))?;
            if !more {
                return Ok(());
            }
        }
    }
}
