//! Messages to the writer thread.

use odd_core::ports::{ClaimRequest, StoreError};
use tokio::sync::oneshot;

use super::abandoned_claims::ClaimGuard;
use super::session::Session;
use crate::error::DbResult;

/// A message to the writer.
pub(super) enum Message {
    /// A request for the next transaction.
    Step(Box<dyn Step>),
    /// A claim, which may wait for jobs.
    Claim(ClaimTicket),
    /// Abandoned claims are to be released.
    Wake,
    /// Commit what was sent before, stop, and reply.
    Stop(oneshot::Sender<()>),
}

/// A claim and the channel for its answer. The claim waits until jobs are ready or the channel is closed.
pub(crate) struct ClaimTicket {
    pub(crate) request: ClaimRequest,
    pub(crate) reply: oneshot::Sender<Result<ClaimGuard, StoreError>>,
}

/// A request to the writer. `run` is called inside the transaction, `answer` after it.
pub(super) trait Step: Send {
    fn run(&mut self, session: &mut Session<'_, '_>) -> DbResult<()>;
    fn answer(self: Box<Self>, committed: &Result<(), StoreError>);
}

/// A [`Step`] that runs a function and replies with its outcome once that is durable.
pub(super) struct Request<F, T> {
    work: Option<F>,
    outcome: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Request<F, T> {
    pub(super) fn new(work: F, reply: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self {
            work: Some(work),
            outcome: None,
            reply,
        }
    }
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
        // A caller that went away does not need the answer.
        let _ = self.reply.send(answer);
    }
}
