use std::time::Duration;

use odd_client::Client;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::{change, follow, load};
use crate::effect::{Change, Query};
use crate::message::Message;

/// The observatory that the interface is connected to. In read-only mode there is nothing with which a change could be made.
/// Dropping it ends the event stream.
#[derive(Debug)]
pub(crate) struct Server {
    client: Client,
    changes: Option<Changes>,
    messages: mpsc::Sender<Message>,
    follower: AbortHandle,
    /// The search for every job that a filter selects.
    selecting: Option<AbortHandle>,
}

/// The permission to change the observatory.
#[derive(Debug, Clone, Copy)]
struct Changes {
    submit_timeout: Duration,
}

impl Server {
    /// Follows the events of an observatory. Without `submit_timeout`, changes are not possible.
    pub(crate) fn connect(
        client: Client,
        submit_timeout: Option<Duration>,
        messages: mpsc::Sender<Message>,
    ) -> Self {
        let follower = tokio::spawn(follow::follow_events(client.clone(), messages.clone()));
        Self {
            client,
            changes: submit_timeout.map(|submit_timeout| Changes { submit_timeout }),
            messages,
            follower: follower.abort_handle(),
            selecting: None,
        }
    }

    /// Loads data; the answer follows as [`Message::Loaded`]. Of searches for every job, only the last one continues.
    pub(crate) fn load(&mut self, query: Query) {
        let (client, messages) = (self.client.clone(), self.messages.clone());
        let is_search = matches!(query, Query::AllJobs(_));
        let task = tokio::spawn(async move {
            let loaded = load::load(&client, query).await;
            // Without a receiver the interface has ended, or is connected to another observatory.
            let _ = messages.send(Message::Loaded(Box::new(loaded))).await;
        });
        if is_search {
            let earlier = self.selecting.replace(task.abort_handle());
            earlier.inspect(AbortHandle::abort);
        }
    }

    /// Changes the observatory; the outcome follows as [`Message::Changed`]. Does nothing in read-only mode.
    pub(crate) fn change(&self, change: Change) {
        let Some(changes) = self.changes else {
            return;
        };
        let (client, messages) = (self.client.clone(), self.messages.clone());
        tokio::spawn(async move {
            let changed = change::change(&client, change, changes.submit_timeout, &messages).await;
            let _ = messages.send(Message::Changed(changed)).await;
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.follower.abort();
        self.selecting.take().inspect(AbortHandle::abort);
    }
}
