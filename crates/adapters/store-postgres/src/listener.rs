//! Hints between processes over `LISTEN` and `NOTIFY`: rare news that somebody waits for. What gets lost costs time, no
//! more: leases are renewed and due jobs are looked for anyway.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use odd_contracts::Timestamp;
use tokio::sync::oneshot;
use tokio_postgres::AsyncMessage;

use crate::connect::{Address, Connection};
use crate::signals::Signals;

const CHANNEL: &str = "odd_hints";

/// Sends a notice when the transaction commits.
pub(crate) const NOTIFY: &str = "SELECT pg_notify('odd_hints', $1)";

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What a transaction has to tell other processes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Notice {
    stop: bool,
    next_due: Option<Timestamp>,
}

impl Notice {
    /// A running job is to stop.
    pub(crate) fn stop(&mut self) {
        self.stop = true;
    }

    /// A job waits for this time.
    pub(crate) fn due(&mut self, at: Timestamp) {
        self.next_due = Some(self.next_due.map_or(at, |due| due.min(at)));
    }

    /// As it travels, unless there is nothing to tell: sender, whether to stop, time.
    pub(crate) fn text(&self, sender: &str) -> Option<String> {
        if *self == Self::default() {
            return None;
        }
        let due = self
            .next_due
            .map_or_else(String::new, |due| due.as_micros().to_string());
        Some(format!("{sender} {} {due}", u8::from(self.stop)))
    }

    /// Undoes [`Notice::text`]; nothing for one's own notices and for those of strangers.
    fn parse(text: &str, own: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let sender = words.next()?;
        let stop = words.next()? == "1";
        let due: Option<i64> = words.next()?.parse().ok();
        (sender != own).then_some(Self {
            stop,
            next_due: due.map(Timestamp::from_micros),
        })
    }

    /// Passes it on to those who wait in this process.
    pub(crate) fn pass_on(&self, signals: &Signals) {
        if self.stop {
            signals.stop_was_requested();
        }
        if let Some(at) = self.next_due {
            signals.is_due_at(at);
        }
    }
}

/// Listens until dropped; `begun` is told when nothing is missed any more. After an interruption, everything may have
/// been: those who wait look for themselves.
pub(crate) async fn listen(
    address: Arc<Address>,
    signals: Arc<Signals>,
    own: String,
    begun: oneshot::Sender<()>,
) {
    let mut pause = FIRST_PAUSE;
    let mut begun = Some(begun);
    loop {
        match address.dial().await {
            Ok(connection) => {
                pause = FIRST_PAUSE;
                follow(connection, &signals, &own, &mut begun).await;
            }
            Err(error) => tracing::debug!(%error, "hints of other processes cannot be heard"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
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
    let begin = client.batch_execute(&command);
    tokio::pin!(begin);
    let mut has_begun = false;
    loop {
        tokio::select! {
            begun = &mut begin, if !has_begun => {
                if begun.is_err() {
                    return;
                }
                has_begun = true;
                match first.take() {
                    // Whoever opens the store may have stopped waiting.
                    Some(first) => drop(first.send(())),
                    None => {
                        signals.stop_was_requested();
                        signals.is_due_at(Timestamp::from_micros(0));
                    }
                }
            }
            message = messages.next() => match message {
                Some(Ok(AsyncMessage::Notification(notice))) => {
                    if let Some(notice) = Notice::parse(notice.payload(), own) {
                        notice.pass_on(signals);
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
    fn notices_travel_to_others() {
        assert_eq!(Notice::default().text("a"), None);
        let mut notice = Notice::default();
        notice.stop();
        let text = notice.text("a").expect("something to tell");
        assert_eq!(Notice::parse(&text, "b"), Some(notice));
        assert_eq!(Notice::parse(&text, "a"), None, "one's own");
        notice.due(Timestamp::from_micros(7));
        notice.due(Timestamp::from_micros(9));
        let text = notice.text("a").expect("something to tell");
        let heard = Notice::parse(&text, "b").expect("another's");
        assert_eq!(heard.next_due, Some(Timestamp::from_micros(7)));
        for strange in ["", "x", "x y", "x 1 tomorrow"] {
            assert!(Notice::parse(strange, "b").is_none_or(|notice| notice.next_due.is_none()));
        }
    }
}
