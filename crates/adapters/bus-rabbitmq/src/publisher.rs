use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use odd_core::ports::{ErrorChain, EventSink, LogRecord, Outbox, Position};
use odd_core::{Clock, PublishLatency};
use tokio::sync::{mpsc, watch};

use crate::config::BrokerConfig;
use crate::connection::{Connector, Health, Session, closed};
use crate::error::{BrokerError, Result};
use crate::publish_timer::PublishTimer;
use crate::sender::{Confirmations, Sender, SentCommit};
use crate::topology::EXCHANGE;

/// Most entries that wait to be confirmed. Commits beyond that stay in the outbox.
pub(crate) const CAPACITY: usize = 100_000;

/// Most commits that are sent and not confirmed yet.
const IN_FLIGHT: usize = 1_000;

/// Shortest interval between two writes to the outbox.
const MARK_INTERVAL: Duration = Duration::from_millis(250);

/// Publishes what the store of this process commits. Cheap to clone.
///
/// Never blocks: while the broker is slow or not available, commits stay in the outbox and are published later.
#[derive(Clone)]
pub struct Publisher {
    commits: mpsc::UnboundedSender<(Position, Vec<LogRecord>)>,
    unconfirmed: Arc<watch::Sender<usize>>,
    health: Health,
}

/// The task that sends what a [`Publisher`] accepts.
pub struct PublisherTask {
    commits: mpsc::UnboundedReceiver<(Position, Vec<LogRecord>)>,
    unconfirmed: Arc<watch::Sender<usize>>,
    health: Health,
    timer: Option<PublishTimer>,
}

impl Publisher {
    /// Creates a publisher, to be passed to the store as its sink, and its task, to be run once the store is open.
    pub fn new() -> (Self, PublisherTask) {
        let (sender, commits) = mpsc::unbounded_channel();
        let unconfirmed = Arc::new(watch::Sender::new(0));
        let health = Health::new();
        let publisher = Self {
            commits: sender,
            unconfirmed: unconfirmed.clone(),
            health: health.clone(),
        };
        let task = PublisherTask {
            commits,
            unconfirmed,
            health,
            timer: None,
        };
        (publisher, task)
    }

    /// Returns the status of its connection.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Returns the number of entries that are not confirmed yet.
    pub fn unconfirmed(&self) -> usize {
        *self.unconfirmed.borrow()
    }

    /// Waits until everything that was committed is confirmed.
    pub async fn flushed(&self) {
        let mut unconfirmed = self.unconfirmed.subscribe();
        // The sender lives as long as `self`.
        let _ = unconfirmed.wait_for(|entries| *entries == 0).await;
    }

    /// Enqueues the entries of the commit that ends at `last`. Returns `false`, and drops them, if there is no capacity.
    pub(crate) fn publish(&self, last: Position, entries: Vec<LogRecord>) -> bool {
        let count = entries.len();
        // This count bounds the channel: memory is used by entries, not by commits.
        let has_capacity = self.unconfirmed.send_if_modified(|unconfirmed| {
            let has_capacity = *unconfirmed + count <= CAPACITY;
            *unconfirmed += if has_capacity { count } else { 0 };
            has_capacity
        });
        if has_capacity && self.commits.send((last, entries)).is_err() {
            self.unconfirmed
                .send_modify(|unconfirmed| *unconfirmed -= count);
        }
        has_capacity
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
    /// Records in `latency` how long commits wait to be sent and to be confirmed. `clock` is that of the store.
    #[must_use]
    pub fn timed(self, clock: Arc<dyn Clock>, latency: PublishLatency) -> Self {
        let timer = Some(PublishTimer { clock, latency });
        Self { timer, ..self }
    }

    /// Publishes until dropped, and marks in `outbox` what the broker has confirmed.
    pub async fn run(mut self, config: BrokerConfig, outbox: Arc<dyn Outbox>) {
        let (confirmed, marks) = mpsc::channel(IN_FLIGHT);
        let marking = mark_published(outbox, marks);
        let publishing = self.publish(config, confirmed);
        tokio::join!(marking, publishing);
    }

    async fn publish(&mut self, config: BrokerConfig, confirmed: mpsc::Sender<Position>) {
        let mut connector = Connector::new(config.clone(), "publishing", self.health.clone());
        loop {
            let session = connector.session().await;
            let mut in_flight = 0;
            let outcome = self
                .publish_over(session, &config, &confirmed, &mut in_flight)
                .await;
            // Unconfirmed commits are still in the outbox.
            self.release(in_flight);
            connector.session_ended(outcome).await;
        }
    }

    async fn publish_over(
        &mut self,
        session: Session,
        config: &BrokerConfig,
        confirmed: &mpsc::Sender<Position>,
        entries_in_flight: &mut usize,
    ) -> Result<()> {
        let channel = session.channel.clone();
        let mut sender = Sender::open(session, config).await?;
        let mut channel_closed = pin!(closed(&channel));
        self.health.set_connected();
        let mut in_flight: FuturesUnordered<Confirmations> = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                Some(sent) = in_flight.next() => match sent? {
                    // Waits while the outbox is slow; further confirmations then stay in `in_flight`.
                    SentCommit { commit, unrouted } if unrouted.is_empty() => {
                        if let Some(timer) = &self.timer {
                            timer.confirmed(&commit);
                        }
                        let _ = confirmed.send(commit.last).await;
                        *entries_in_flight -= commit.entries;
                        self.release(commit.entries);
                    }
                    // Declaring the queues did not help. The commit is in the outbox; retry it over a new connection.
                    SentCommit { commit, .. } if commit.is_resent => {
                        return Err(BrokerError::Rejected(EXCHANGE));
                    }
                    SentCommit { commit, unrouted } => {
                        let confirmations = sender.resend(commit, unrouted).await?;
                        in_flight.push(confirmations);
                    }
                },
                Some((last, entries)) = self.commits.recv(), if in_flight.len() < IN_FLIGHT => {
                    *entries_in_flight += entries.len();
                    if let Some(timer) = &self.timer {
                        timer.sent(&entries);
                    }
                    let confirmations = sender.send(last, &entries).await?;
                    in_flight.push(confirmations);
                }
                () = &mut channel_closed => return Ok(()),
            }
        }
    }

    fn release(&self, entries: usize) {
        self.unconfirmed
            .send_modify(|unconfirmed| *unconfirmed -= entries);
    }
}

/// Marks confirmed commits as published, all that have arrived since the last write at once.
async fn mark_published(outbox: Arc<dyn Outbox>, mut confirmed: mpsc::Receiver<Position>) {
    let mut commits = Vec::new();
    while confirmed.recv_many(&mut commits, IN_FLIGHT).await > 0 {
        if let Err(error) = outbox.mark_published(&commits).await {
            // They will be published again, which is harmless: consumers skip what they have seen.
            tracing::warn!(
                error = %ErrorChain(&error),
                "confirmed commits could not be marked as published"
            );
        }
        commits.clear();
        tokio::time::sleep(MARK_INTERVAL).await;
    }
}
