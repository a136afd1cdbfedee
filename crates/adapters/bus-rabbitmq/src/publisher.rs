use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use odd_core::ports::{EventSink, LogRecord, Outbox, Position};
use tokio::sync::{mpsc, watch};

use crate::config::BrokerConfig;
use crate::connection::{Connector, Health, Session, watch_over};
use crate::sender::{Sender, Sent, Settled};

/// Entries that may wait to be published. What comes beyond stays in the outbox.
pub(crate) const CAPACITY: usize = 100_000;

/// Commits whose confirmation is awaited at the same time.
const IN_FLIGHT: usize = 1_000;

/// Least time between two notes of what was published.
const MARK_EVERY: Duration = Duration::from_millis(250);

/// Publishes what the store of this process commits. Cheap to clone.
///
/// Never waits: while the broker cannot be reached or is too slow, commits stay in the outbox and are published later.
#[derive(Clone)]
pub struct Publisher {
    commits: mpsc::UnboundedSender<(Position, Vec<LogRecord>)>,
    waiting: Arc<watch::Sender<usize>>,
    health: Health,
}

/// The other half of a [`Publisher`]: what sends.
pub struct PublisherTask {
    commits: mpsc::UnboundedReceiver<(Position, Vec<LogRecord>)>,
    waiting: Arc<watch::Sender<usize>>,
    health: Health,
}

impl Publisher {
    /// A publisher, to be handed to the store as its sink, and its task, to be run once the store is open.
    pub fn new() -> (Self, PublisherTask) {
        let (sender, commits) = mpsc::unbounded_channel();
        let waiting = Arc::new(watch::Sender::new(0));
        let health = Health::new();
        let publisher = Self {
            commits: sender,
            waiting: waiting.clone(),
            health: health.clone(),
        };
        let task = PublisherTask {
            commits,
            waiting,
            health,
        };
        (publisher, task)
    }

    /// Whether it is connected.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Entries that are not confirmed yet.
    pub fn waiting(&self) -> usize {
        *self.waiting.borrow()
    }

    /// Waits until everything that was committed is confirmed.
    pub async fn flushed(&self) {
        let mut waiting = self.waiting.subscribe();
        // The sender lives as long as `self`.
        let _ = waiting.wait_for(|entries| *entries == 0).await;
    }
}

impl Publisher {
    /// Publishes what is there of the commit that ended at `last`, if there is room for it.
    pub(crate) fn publish(&self, last: Position, entries: Vec<LogRecord>) -> bool {
        let count = entries.len();
        // Bounded by the count beside it: entries, not commits, take up memory.
        let has_room = self.waiting.send_if_modified(|waiting| {
            let has_room = *waiting + count <= CAPACITY;
            *waiting += if has_room { count } else { 0 };
            has_room
        });
        if has_room && self.commits.send((last, entries)).is_err() {
            self.waiting.send_modify(|waiting| *waiting -= count);
        }
        has_room
    }
}

impl EventSink for Publisher {
    fn committed(&self, entries: Vec<LogRecord>) {
        if let Some(last) = entries.last() {
            self.publish(last.position, entries);
        }
    }
}

impl PublisherTask {
    /// Publishes until dropped; notes in `outbox` what the broker has confirmed.
    pub async fn run(mut self, config: BrokerConfig, outbox: Arc<dyn Outbox>) {
        let (marks, marked) = mpsc::channel(IN_FLIGHT);
        let marking = mark(outbox, marked);
        let publishing = self.publish(config, marks);
        tokio::join!(marking, publishing);
    }

    async fn publish(&mut self, config: BrokerConfig, marks: mpsc::Sender<Position>) {
        let mut connector = Connector::new(config.clone(), "publishing", self.health.clone());
        loop {
            let session = connector.session().await;
            let mut in_flight = 0;
            let outcome = self
                .publish_all(&config, session, &marks, &mut in_flight)
                .await;
            // They are in the outbox.
            self.waiting.send_modify(|waiting| *waiting -= in_flight);
            connector.ended(outcome).await;
        }
    }

    async fn publish_all(
        &mut self,
        config: &BrokerConfig,
        session: Session,
        marks: &mpsc::Sender<Position>,
        entries_in_flight: &mut usize,
    ) -> lapin::Result<()> {
        let channel = session.channel.clone();
        let mut sender = Sender::open(session, config).await?;
        let mut failing = pin!(watch_over(&channel));
        self.health.recovered();
        let mut in_flight: FuturesUnordered<BoxFuture<'static, Sent>> = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                Some(sent) = in_flight.next() => match sent? {
                    // The note may wait for the database; the confirmations wait here meanwhile.
                    Settled { commit, unrouted } if unrouted.is_empty() => {
                        let _ = marks.send(commit.last).await;
                        *entries_in_flight -= commit.entries;
                        self.waiting.send_modify(|waiting| *waiting -= commit.entries);
                    }
                    // Declaring everything did not help. A pause and a new connection may; the outbox has the commit.
                    Settled { commit, .. } if commit.is_repeated => {
                        return Err(io::Error::other("messages find no queue").into());
                    }
                    Settled { commit, unrouted } => {
                        let again = sender.send_again(commit, unrouted).await?;
                        in_flight.push(again);
                    }
                },
                Some((last, entries)) = self.commits.recv(), if in_flight.len() < IN_FLIGHT => {
                    *entries_in_flight += entries.len();
                    let sent = sender.send(last, &entries).await?;
                    in_flight.push(sent);
                }
                failed = &mut failing => return failed,
            }
        }
    }
}

/// Notes what was published, as much as came since the last note.
async fn mark(outbox: Arc<dyn Outbox>, mut published: mpsc::Receiver<Position>) {
    let mut commits = Vec::new();
    while published.recv_many(&mut commits, IN_FLIGHT).await > 0 {
        if let Err(error) = outbox.mark_published(&commits).await {
            // They are published again, which does no harm.
            tracing::warn!(%error, "published commits could not be noted");
        }
        commits.clear();
        tokio::time::sleep(MARK_EVERY).await;
    }
}
