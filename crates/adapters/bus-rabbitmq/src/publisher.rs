use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{BoxFuture, join_all};
use futures_util::stream::FuturesUnordered;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{Channel, Confirmation, PublisherConfirm};
use odd_contracts::QueueName;
use odd_core::ports::{EventSink, LogEntry, Outbox, Position, Recorded};
use odd_core::{Change, JobEvent};
use tokio::sync::{mpsc, watch};

use crate::config::BrokerConfig;
use crate::connection::{Connector, Health, Session};
use crate::topology::{self, DEFAULT_QUEUE, EXCHANGE};
use crate::wire::{self, HINT_JOBS, Outgoing, PACK, Ready, ReadyJob};

/// Entries that may wait to be published. What comes beyond stays in the outbox.
const CAPACITY: usize = 100_000;

/// Commits whose confirmation is awaited at the same time.
const IN_FLIGHT: usize = 1_000;

/// Events in a commit from which they are packed into one message.
const FEW: usize = 4;

/// Work queues that are told apart; hints for jobs in further ones go to the default one. Names of queues are the
/// clients' to choose.
const WORK_QUEUES: usize = 64;

/// Least time between two notes of what was published.
const MARK_EVERY: Duration = Duration::from_millis(250);

/// Publishes what the store of this process commits. Cheap to clone.
///
/// Never waits: while the broker cannot be reached or is too slow, commits stay in the outbox and are published later.
#[derive(Clone)]
pub struct Publisher {
    commits: mpsc::UnboundedSender<Vec<Recorded>>,
    waiting: Arc<watch::Sender<usize>>,
    health: Health,
}

/// The other half of a [`Publisher`]: what sends.
pub struct PublisherTask {
    commits: mpsc::UnboundedReceiver<Vec<Recorded>>,
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

impl EventSink for Publisher {
    fn committed(&self, entries: Vec<Recorded>) {
        let count = entries.len();
        // Bounded by the count beside it: entries, not commits, take up memory.
        let has_room = self.waiting.send_if_modified(|waiting| {
            let has_room = *waiting + count <= CAPACITY;
            *waiting += if has_room { count } else { 0 };
            has_room
        });
        if has_room && self.commits.send(entries).is_err() {
            self.waiting.send_modify(|waiting| *waiting -= count);
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
        let mut sender = Sender::open(session, config).await?;
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
                    Settled { commit, unrouted } => {
                        let again = sender.send_again(commit, unrouted).await?;
                        in_flight.push(again);
                    }
                },
                Some(entries) = self.commits.recv(), if in_flight.len() < IN_FLIGHT => {
                    *entries_in_flight += entries.len();
                    let sent = sender.send(&entries).await?;
                    in_flight.push(sent);
                }
            }
        }
    }
}

/// What became of the messages of one commit: those without a route come back.
struct Settled {
    commit: Commit,
    unrouted: Vec<Outgoing>,
}

/// A commit on its way.
#[derive(Debug, Clone, Copy)]
struct Commit {
    /// The position of its last entry.
    last: Position,
    entries: usize,
}

type Sent = lapin::Result<Settled>;

/// Sends over one channel.
struct Sender<'a> {
    session: Session,
    config: &'a BrokerConfig,
    /// Job queues whose work queue has been declared over this channel.
    declared: HashSet<QueueName>,
}

impl<'a> Sender<'a> {
    async fn open(session: Session, config: &'a BrokerConfig) -> lapin::Result<Self> {
        let channel = &session.channel;
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await?;
        topology::declare_destinations(channel, config).await?;
        Ok(Self {
            session,
            config,
            declared: HashSet::new(),
        })
    }

    fn channel(&self) -> &Channel {
        &self.session.channel
    }

    /// Sends the events of a commit, and hints of the jobs that it made ready.
    async fn send(&mut self, entries: &[Recorded]) -> lapin::Result<BoxFuture<'static, Sent>> {
        let events: Vec<(Position, &JobEvent)> = entries
            .iter()
            .filter_map(|recorded| match &recorded.entry {
                LogEntry::Event(event) => Some((recorded.position, &**event)),
                LogEntry::Pruned { .. } => None,
            })
            .collect();
        // Hints first: workers wait for them, the rest is for those who watch.
        let mut messages = self.hints(&events).await?;
        let pack = if events.len() <= FEW { 1 } else { PACK };
        let packs = events.chunks(pack);
        messages.extend(packs.filter_map(|pack| wire::events(pack, &self.config.producer)));
        let commit = Commit {
            last: entries.last().map_or(Position(0), |entry| entry.position),
            entries: entries.len(),
        };
        self.send_all(commit, messages).await
    }

    async fn hints(&mut self, events: &[(Position, &JobEvent)]) -> lapin::Result<Vec<Outgoing>> {
        let mut ready: BTreeMap<&QueueName, Vec<&JobEvent>> = BTreeMap::new();
        for (_, event) in events.iter().filter(|(_, event)| makes_ready(event)) {
            ready.entry(&event.queue).or_default().push(event);
        }
        let mut messages = Vec::new();
        for (queue, events) in ready {
            let routing_key = topology::hint_key(self.route(queue).await?);
            for events in events.chunks(HINT_JOBS) {
                let hint = Ready {
                    queue: queue.clone(),
                    jobs: events
                        .iter()
                        .map(|event| ReadyJob {
                            job_id: event.job_id,
                            job_type: event.job_type.clone(),
                        })
                        .collect(),
                };
                let correlation = events[0].correlation_id;
                let producer = &self.config.producer;
                messages.push(wire::ready(
                    routing_key.clone(),
                    &hint,
                    correlation,
                    producer,
                ));
            }
        }
        Ok(messages)
    }

    /// The job queue whose work queue takes hints for `queue`. The first hints of a queue that was not known go to the
    /// default one: workers may not listen to the new one yet.
    async fn route<'q>(&mut self, queue: &'q QueueName) -> lapin::Result<&'q str> {
        if self.declared.contains(queue) {
            return Ok(queue.as_str());
        }
        if queue.as_str() != DEFAULT_QUEUE && self.declared.len() < WORK_QUEUES {
            topology::declare_work_queue(self.channel(), self.config, queue.as_str()).await?;
            self.declared.insert(queue.clone());
        }
        Ok(DEFAULT_QUEUE)
    }

    /// Sends messages that found no route: the broker may have lost its queues.
    async fn send_again(
        &mut self,
        commit: Commit,
        mut messages: Vec<Outgoing>,
    ) -> lapin::Result<BoxFuture<'static, Sent>> {
        topology::declare(self.channel(), self.config).await?;
        topology::declare_destinations(self.channel(), self.config).await?;
        self.declared.clear();
        for message in &mut messages {
            if message.routing_key.starts_with("work.") {
                message.routing_key = topology::hint_key(DEFAULT_QUEUE);
            }
        }
        self.send_all(commit, messages).await
    }

    async fn send_all(
        &self,
        commit: Commit,
        messages: Vec<Outgoing>,
    ) -> lapin::Result<BoxFuture<'static, Sent>> {
        let mut confirms = Vec::with_capacity(messages.len());
        for message in messages {
            confirms.push((self.publish(&message).await?, message));
        }
        Ok(Box::pin(settle(commit, confirms)))
    }

    async fn publish(&self, message: &Outgoing) -> lapin::Result<PublisherConfirm> {
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        self.channel()
            .basic_publish(
                EXCHANGE.into(),
                message.routing_key.as_str().into(),
                options,
                &message.body,
                message.properties.clone(),
            )
            .await
    }
}

/// Waits for the confirmations of one commit.
async fn settle(commit: Commit, confirms: Vec<(PublisherConfirm, Outgoing)>) -> Sent {
    let (confirms, messages): (Vec<_>, Vec<_>) = confirms.into_iter().unzip();
    let mut unrouted = Vec::new();
    for (confirmation, message) in join_all(confirms).await.into_iter().zip(messages) {
        // What is refused is sent again, as what has no route.
        if !matches!(confirmation?, Confirmation::Ack(None)) {
            unrouted.push(message);
        }
    }
    Ok(Settled { commit, unrouted })
}

/// Whether a worker may take the job from now on.
fn makes_ready(event: &JobEvent) -> bool {
    matches!(
        event.change,
        Change::Created { run_at: None, .. } | Change::Due | Change::Requeued { .. }
    )
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
