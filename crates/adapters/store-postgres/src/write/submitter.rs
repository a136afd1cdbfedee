use std::sync::Arc;
use std::time::Duration;

use odd_core::NewJob;
use odd_core::ports::{StoreError, SubmitError, Submitted};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::standing::LOCKED_KEYS;
use super::submit::{Answer, submit};
use super::with_retries;
use crate::error::{DbError, DbResult};
use crate::shared::Shared;

/// Submissions that may wait; who submits one beyond waits for a place.
const CAPACITY: usize = 1_024;

/// Jobs of one transaction, as far as they come in several submissions.
const GROUP_JOBS: usize = 2_048;

/// How long a group that is less than half of the last one waits for more.
const GATHER: Duration = Duration::from_millis(1);

/// A submission on its way.
struct Ticket {
    jobs: Arc<[NewJob]>,
    reply: oneshot::Sender<Answer>,
}

/// Takes submissions; concurrent ones share a transaction. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Submitter {
    tickets: mpsc::Sender<Ticket>,
}

impl Submitter {
    /// Starts `lanes` tasks, each with one transaction at a time. They end when the last handle is gone.
    pub(crate) fn start(shared: &Arc<Shared>, lanes: usize) -> Self {
        let (tickets, inbox) = mpsc::channel(CAPACITY);
        let inbox = Arc::new(Mutex::new(inbox));
        for _ in 0..lanes.max(1) {
            tokio::spawn(run(shared.clone(), inbox.clone()));
        }
        Self { tickets }
    }

    /// Waits until the submission is durable, or refused.
    pub(crate) async fn submit(&self, jobs: Arc<[NewJob]>) -> Result<Vec<Submitted>, SubmitError> {
        let (reply, answer) = oneshot::channel();
        let closed = |_| SubmitError::Store(StoreError::Closed);
        let sent = self.tickets.send(Ticket { jobs, reply }).await;
        sent.map_err(|_| SubmitError::Store(StoreError::Closed))?;
        answer.await.map_err(closed)?
    }
}

/// What came while the last transaction was under way makes up the next. Callers that were answered together come back
/// one by one: the first of them is not to have a transaction of its own.
async fn run(shared: Arc<Shared>, inbox: Arc<Mutex<mpsc::Receiver<Ticket>>>) {
    let mut expected = 0;
    loop {
        let mut group = Group::default();
        {
            let mut inbox = inbox.lock().await;
            let Some(first) = inbox.recv().await else {
                return;
            };
            group.add(first);
            group.gather(&mut inbox);
            if group.tickets.len() * 2 < expected {
                tokio::time::sleep(GATHER).await;
                group.gather(&mut inbox);
            }
        }
        expected = group.tickets.len();
        serve(&shared, group.tickets).await;
    }
}

/// Submissions that are to share a transaction.
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

    /// Adds what has come, as far as there is room, and locks for keys.
    fn gather(&mut self, inbox: &mut mpsc::Receiver<Ticket>) {
        while self.jobs < GROUP_JOBS
            && self.keys < LOCKED_KEYS
            && let Ok(next) = inbox.try_recv()
        {
            self.add(next);
        }
    }
}

async fn serve(shared: &Shared, group: Vec<Ticket>) {
    let submissions: Vec<Arc<[NewJob]>> = group.iter().map(|ticket| ticket.jobs.clone()).collect();
    match attempt(shared, &submissions).await {
        Ok(answers) => {
            for (ticket, answer) in group.into_iter().zip(answers) {
                // A caller that is gone does not need the answer.
                let _ = ticket.reply.send(answer);
            }
        }
        Err(error) => {
            let error = StoreError::from(error);
            // It may be one of them that the database cannot take: the others count.
            let alone = matches!(error, StoreError::Broken(_)) && group.len() > 1;
            for ticket in group {
                let answer = match alone {
                    true => serve_alone(shared, &ticket.jobs).await,
                    false => Err(SubmitError::Store(error.clone())),
                };
                let _ = ticket.reply.send(answer);
            }
        }
    }
}

async fn serve_alone(shared: &Shared, jobs: &Arc<[NewJob]>) -> Answer {
    let mut answers = attempt(shared, std::slice::from_ref(jobs))
        .await
        .map_err(|error: DbError| SubmitError::Store(error.into()))?;
    answers.pop().expect("one answer for one submission")
}

async fn attempt(shared: &Shared, submissions: &[Arc<[NewJob]>]) -> DbResult<Vec<Answer>> {
    with_retries(|| submit(shared, submissions)).await
}
