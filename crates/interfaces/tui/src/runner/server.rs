use std::time::Duration;

use odd_client::Client;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::{change, follow, load, user_command};
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
        }
    }

    /// Loads data; the answer follows as [`Message::Loaded`].
    pub(crate) fn load(&self, query: Query) {
        let (client, messages) = (self.client.clone(), self.messages.clone());
        tokio::spawn(async move {
            let loaded = load::load(&client, query).await;
            // Without a receiver the interface has ended, or is connected to another observatory.
            let _ = messages.send(Message::Loaded(Box::new(loaded))).await;
        });
    }

    /// Runs a program of the user; its end follows as [`Message::CommandEnded`]. Does nothing in read-only mode.
    pub(crate) fn run_command(&self, name: String, argv: Vec<String>, wait: bool) {
        if self.changes.is_none() {
            return;
        }
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let end = user_command::run(&argv).await;
            let _ = messages
                .send(Message::CommandEnded { name, wait, end })
                .await;
        });
    }

    /// Changes the observatory; the outcome follows as [`Message::Changed`]. Does nothing in read-only mode.
    pub(crate) fn change(&self, change: Change) {
        let Some(changes) = self.changes else {
            return;
        };
        let (client, messages) = (self.client.clone(), self.messages.clone());
        tokio::spawn(async move {
            let changed = change::change(&client, change, changes.submit_timeout).await;
            let _ = messages.send(Message::Changed(changed)).await;
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.follower.abort();
    }
}
