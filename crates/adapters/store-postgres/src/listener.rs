//! Notices between processes over `LISTEN` and `NOTIFY`, for rare events that a process waits for. A lost notice only
//! costs time: leases are renewed and due jobs are queried periodically.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use odd_contracts::Timestamp;
use odd_core::ports::ErrorChain;
use tokio::sync::oneshot;
use tokio_postgres::AsyncMessage;

use crate::connect::{Address, Connection};
use crate::signals::Signals;

const CHANNEL: &str = "odd_hints";

/// Sends a notice when the transaction commits.
pub(crate) const NOTIFY: &str = "SELECT pg_notify('odd_hints', $1)";

const FIRST_RETRY_DELAY: Duration = Duration::from_millis(200);
const MAX_RETRY_DELAY: Duration = Duration::from_secs(10);

/// What a transaction notifies other processes of.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Notice {
    stop: bool,
    next_due: Option<Timestamp>,
}

impl Notice {
    /// Adds that a running job is to stop.
    pub(crate) fn request_stop(&mut self) {
        self.stop = true;
    }

    /// Adds that a job is due at this time.
    pub(crate) fn add_due(&mut self, at: Timestamp) {
        self.next_due = Some(self.next_due.map_or(at, |due| due.min(at)));
    }

    /// Encodes the sender, whether a job is to stop, and the due time. Returns `None` for an empty notice.
    pub(crate) fn encode(&self, sender: &str) -> Option<String> {
        if *self == Self::default() {
            return None;
        }
        let due = self
            .next_due
            .map_or_else(String::new, |due| due.as_micros().to_string());
        Some(format!("{sender} {} {due}", u8::from(self.stop)))
    }

    /// Reverses [`Notice::encode`]. Returns `None` for notices of this process and for unknown formats.
    fn decode(text: &str, own: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let sender = parts.next()?;
        let stop = parts.next()? == "1";
        let due: Option<i64> = parts.next()?.parse().ok();
        (sender != own).then_some(Self {
            stop,
            next_due: due.map(Timestamp::from_micros),
        })
    }

    /// Notifies the waiting parts of this process.
    pub(crate) fn notify(&self, signals: &Signals) {
        if self.stop {
            signals.notify_stop();
        }
        if let Some(at) = self.next_due {
            signals.notify_due(at);
        }
    }
}

/// Listens until dropped. `subscribed` is sent once no notice can be missed any more. After a lost connection, the
/// waiting parts are notified of everything, because any notice may have been missed.
pub(crate) async fn listen(
    address: Arc<Address>,
    signals: Arc<Signals>,
    own: String,
    subscribed: oneshot::Sender<()>,
) {
    let mut delay = FIRST_RETRY_DELAY;
    let mut subscribed = Some(subscribed);
    loop {
        match address.connect().await {
            Ok(connection) => {
                delay = FIRST_RETRY_DELAY;
                follow(connection, &signals, &own, &mut subscribed).await;
            }
            Err(error) => tracing::debug!(
                error = %ErrorChain(&error),
                "cannot listen for notices of other processes; retrying"
            ),
        }
        tokio::time::sleep(delay).await;
        delay = (delay * 2).min(MAX_RETRY_DELAY);
    }
}

async fn follow(
    connection: Connection,
    signals: &Signals,
    own: &str,
    first: &mut Option<oneshot::Sender<()>>,
) {
    let Connection { client, mut driver } = connection;
    let mut messages = poll_fn(move |context| driver.poll_message(context)).boxed();
    let command = format!("LISTEN {CHANNEL}");
    let listen = client.batch_execute(&command);
    tokio::pin!(listen);
    let mut is_listening = false;
    loop {
        tokio::select! {
            listening = &mut listen, if !is_listening => {
                if listening.is_err() {
                    return;
                }
                is_listening = true;
                match first.take() {
                    // Fails if opening the store has timed out.
                    Some(first) => drop(first.send(())),
                    None => {
                        signals.notify_stop();
                        signals.notify_due(Timestamp::from_micros(0));
                    }
                }
            }
            message = messages.next() => match message {
                Some(Ok(AsyncMessage::Notification(notice))) => {
                    if let Some(notice) = Notice::decode(notice.payload(), own) {
                        notice.notify(signals);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_reach_other_processes_only() {
        assert_eq!(Notice::default().encode("a"), None);
        let mut notice = Notice::default();
        notice.request_stop();
        let text = notice.encode("a").expect("not empty");
        assert_eq!(Notice::decode(&text, "b"), Some(notice));
        assert_eq!(Notice::decode(&text, "a"), None, "sent by this process");
        notice.add_due(Timestamp::from_micros(7));
        notice.add_due(Timestamp::from_micros(9));
        let text = notice.encode("a").expect("not empty");
        let decoded = Notice::decode(&text, "b").expect("from another process");
        assert_eq!(decoded.next_due, Some(Timestamp::from_micros(7)));
        for unknown in ["", "x", "x y", "x 1 tomorrow"] {
            assert!(Notice::decode(unknown, "b").is_none_or(|notice| notice.next_due.is_none()));
        }
    }
}
