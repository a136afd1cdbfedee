//! Does the work that the state asks for, in the background, and sends the results back as messages.

mod change;
mod follow;
mod load;
mod user_command;

pub(crate) use follow::follow_events;

use std::time::Duration;

use odd_client::Client;
use tokio::sync::mpsc;

use crate::effect::{Change, Query};
use crate::message::Message;

/// Starts background work. In read-only mode there is nothing with which a change could be made.
#[derive(Debug, Clone)]
pub(crate) struct Runner {
    client: Client,
    changes: Option<Changes>,
    messages: mpsc::Sender<Message>,
}

/// The permission to change the observatory.
#[derive(Debug, Clone, Copy)]
struct Changes {
    submit_timeout: Duration,
}

impl Runner {
    pub(crate) fn new(
        client: Client,
        submit_timeout: Option<Duration>,
        messages: mpsc::Sender<Message>,
    ) -> Self {
        Self {
            client,
            changes: submit_timeout.map(|submit_timeout| Changes { submit_timeout }),
            messages,
        }
    }

    /// Loads data; the answer follows as [`Message::Loaded`].
    pub(crate) fn load(&self, query: Query) {
        let (client, messages) = (self.client.clone(), self.messages.clone());
        tokio::spawn(async move {
            let loaded = load::load(&client, query).await;
            // Without a receiver the interface has ended.
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
