use odd_core::ports::{Hint, StoreError};
use tokio::sync::{mpsc, oneshot, watch};

use super::message::{ClaimTicket, Message, Request};
use super::session::Session;
use crate::error::DbResult;

/// Sends requests to the writer thread. Cheap to clone.
#[derive(Clone)]
pub(crate) struct WriterHandle {
    messages: mpsc::Sender<Message>,
    hints: watch::Receiver<Hint>,
}

impl WriterHandle {
    pub(super) fn new(messages: mpsc::Sender<Message>, hints: watch::Receiver<Hint>) -> Self {
        Self { messages, hints }
    }

    /// Runs `work` in the next transaction and returns its outcome once that is durable.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Session<'_, '_>) -> DbResult<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let request = Request::new(work, reply);
        self.send(Message::Step(Box::new(request))).await?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Adds a claim to those that wait for ready jobs.
    pub(crate) async fn claim(&self, ticket: ClaimTicket) -> Result<(), StoreError> {
        self.send(Message::Claim(ticket)).await
    }

    /// Returns the hint once it differs from `last`. Pending forever after the writer has stopped.
    pub(crate) async fn next_hint(&self, last: Hint) -> Hint {
        let mut hints = self.hints.clone();
        let found = hints.wait_for(|hint| *hint != last).await.map(|hint| *hint);
        match found {
            Ok(hint) => hint,
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until everything that was sent before is committed and the writer has stopped.
    pub(crate) async fn stop(&self) {
        let (reply, answer) = oneshot::channel();
        if self.send(Message::Stop(reply)).await.is_ok() {
            let _ = answer.await;
        }
    }

    async fn send(&self, message: Message) -> Result<(), StoreError> {
        self.messages
            .send(message)
            .await
            .map_err(|_| StoreError::Closed)
    }
}
