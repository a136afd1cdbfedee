use std::sync::Arc;
use std::time::Duration;

use odd_core::NewJob;
use odd_core::ports::{StoreError, SubmitError, Submitted};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::conflict::with_retries;
use super::dedup_index::MAX_KEY_LOCKS;
use super::submit::{SubmissionOutcome, submit};
use crate::error::{DbError, DbResult};
use crate::shared::Shared;

/// Submissions that may be queued; further callers wait until there is room.
const CAPACITY: usize = 1_024;

/// Jobs after which a transaction accepts no further submission.
const GROUP_JOBS: usize = 2_048;

/// How long a group waits for more submissions if it is less than half as large as the last one.
const GATHER_DELAY: Duration = Duration::from_millis(1);

/// A queued submission.
struct Ticket {
    jobs: Arc<[NewJob]>,
    reply: oneshot::Sender<SubmissionOutcome>,
}

/// Stores submissions; concurrent ones share a transaction. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Submitter {
    queue: mpsc::Sender<Ticket>,
}

impl Submitter {
    /// Starts `lanes` tasks that run one transaction at a time each. They end when the last handle is dropped.
    pub(crate) fn start(shared: &Arc<Shared>, lanes: usize) -> Self {
        let (queue, tickets) = mpsc::channel(CAPACITY);
        let tickets = Arc::new(Mutex::new(tickets));
        for _ in 0..lanes.max(1) {
            tokio::spawn(run(shared.clone(), tickets.clone()));
        }
        Self { queue }
    }

    /// Waits until the submission is durable or refused.
    pub(crate) async fn submit(&self, jobs: Arc<[NewJob]>) -> Result<Vec<Submitted>, SubmitError> {
        let (reply, outcome) = oneshot::channel();
        let closed = |_| SubmitError::Store(StoreError::Closed);
        let sent = self.queue.send(Ticket { jobs, reply }).await;
        sent.map_err(|_| SubmitError::Store(StoreError::Closed))?;
        outcome.await.map_err(closed)?
    }
}

/// Submissions that arrive during a transaction share the next one. Callers that were answered together return one by
/// one, so a small group waits briefly: otherwise the first caller would get a transaction of its own.
async fn run(shared: Arc<Shared>, tickets: Arc<Mutex<mpsc::Receiver<Ticket>>>) {
    let mut expected = 0;
    loop {
        let mut group = Group::default();
        {
            let mut tickets = tickets.lock().await;
            let Some(first) = tickets.recv().await else {
                return;
            };
            group.add(first);
            group.gather(&mut tickets);
            if group.tickets.len() * 2 < expected {
                tokio::time::sleep(GATHER_DELAY).await;
                group.gather(&mut tickets);
            }
        }
        expected = group.tickets.len();
        submit_group(&shared, group.tickets).await;
    }
}

/// Submissions that share a transaction.
#[derive(Default)]
struct Group {
    tickets: Vec<Ticket>,
    jobs: usize,
    keys: usize,
}

impl Group {
    fn add(&mut self, ticket: Ticket) {
        self.jobs += ticket.jobs.len();
        let with_key = ticket
            .jobs
            .iter()
            .filter(|job| job.idempotency_key.is_some());
        self.keys += with_key.count();
        self.tickets.push(ticket);
    }

    /// Adds queued submissions until the group is full or has as many keys as a transaction locks one by one.
    fn gather(&mut self, tickets: &mut mpsc::Receiver<Ticket>) {
        while self.jobs < GROUP_JOBS
            && self.keys < MAX_KEY_LOCKS
            && let Ok(next) = tickets.try_recv()
        {
            self.add(next);
        }
    }
}

async fn submit_group(shared: &Shared, group: Vec<Ticket>) {
    let submissions: Vec<Arc<[NewJob]>> = group.iter().map(|ticket| ticket.jobs.clone()).collect();
    match try_submit(shared, &submissions).await {
        Ok(outcomes) => {
            for (ticket, outcome) in group.into_iter().zip(outcomes) {
                // Fails if the caller is gone.
                let _ = ticket.reply.send(outcome);
            }
        }
        Err(error) => {
            let error = StoreError::from(error);
            // One invalid submission must not fail the others of its group.
            let alone = matches!(error, StoreError::Broken(_)) && group.len() > 1;
            for ticket in group {
                let outcome = match alone {
                    true => submit_alone(shared, &ticket.jobs).await,
                    false => Err(SubmitError::Store(error.clone())),
                };
                let _ = ticket.reply.send(outcome);
            }
        }
    }
}

async fn submit_alone(shared: &Shared, jobs: &Arc<[NewJob]>) -> SubmissionOutcome {
    let mut outcomes = try_submit(shared, std::slice::from_ref(jobs))
        .await
        .map_err(|error: DbError| SubmitError::Store(error.into()))?;
    outcomes.pop().expect("one outcome for one submission")
}

async fn try_submit(
    shared: &Shared,
    submissions: &[Arc<[NewJob]>],
) -> DbResult<Vec<SubmissionOutcome>> {
    with_retries(|| submit(shared, submissions)).await
}
