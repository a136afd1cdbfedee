use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use futures_util::future::{BoxFuture, join_all};
use lapin::{Channel, Confirmation, PublisherConfirm};
use odd_contracts::{QueueName, TraceContext};
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{Change, JobEvent};

use crate::config::BrokerConfig;
use crate::connection::{Session, within_confirm_timeout};
use crate::error::Result;
use crate::topology::{self, DEFAULT_QUEUE, EXCHANGE, MAX_WORK_QUEUES};
use crate::wire::{self, HINT_JOBS, Outgoing};

/// Result of sending a commit, after the broker has answered for each of its messages.
pub(crate) struct SentCommit {
    pub(crate) commit: Commit,
    /// Messages that reached no queue.
    pub(crate) unrouted: Vec<Outgoing>,
}

/// A commit whose messages are being sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Commit {
    /// The position of its last entry.
    pub(crate) last: Position,
    pub(crate) entries: usize,
    pub(crate) events: usize,
    /// The first recorded trace of its events.
    pub(crate) trace: Option<TraceContext>,
    /// When its messages were sent for the first time.
    pub(crate) sent_at: Instant,
    /// Whether these are messages that found no route the first time.
    pub(crate) is_resent: bool,
}

/// Resolves when the broker has answered for each message of a commit.
pub(crate) type Confirmations = BoxFuture<'static, Result<SentCommit>>;

/// Sends commits over one channel.
pub(crate) struct Sender<'a> {
    session: Session,
    config: &'a BrokerConfig,
    /// Job queues whose work queue was declared over this channel.
    declared: HashSet<QueueName>,
}

impl<'a> Sender<'a> {
    pub(crate) async fn open(session: Session, config: &'a BrokerConfig) -> Result<Self> {
        let channel = &session.channel;
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
    pub(crate) async fn send(
        &mut self,
        last: Position,
        entries: &[LogRecord],
    ) -> Result<Confirmations> {
        let events: Vec<(Position, &JobEvent)> = entries
            .iter()
            .filter_map(|record| match &record.entry {
                LogEntry::Event(event) => Some((record.position, &**event)),
                LogEntry::Pruned { .. } => None,
            })
            .collect();
        // Hints go first: idle workers wait for them, while events only feed views.
        let mut messages = self.hints(&events).await?;
        messages.extend(wire::events(&events, &self.config.producer));
        let commit = Commit {
            last,
            entries: entries.len(),
            events: events.len(),
            trace: events.iter().find_map(|(_, event)| event.trace),
            sent_at: Instant::now(),
            is_resent: false,
        };
        self.send_all(commit, messages).await
    }

    async fn hints(&mut self, events: &[(Position, &JobEvent)]) -> Result<Vec<Outgoing>> {
        let mut ready: BTreeMap<&QueueName, Vec<&JobEvent>> = BTreeMap::new();
        for (_, event) in events.iter().filter(|(_, event)| makes_ready(event)) {
            ready.entry(&event.queue).or_default().push(event);
        }
        let mut messages = Vec::new();
        for (queue, events) in ready {
            let routing_key = topology::hint_key(self.route(queue).await?);
            for events in events.chunks(HINT_JOBS) {
                let producer = &self.config.producer;
                messages.extend(wire::ready(routing_key.clone(), queue, events, producer));
            }
        }
        Ok(messages)
    }

    /// Returns the job queue whose work queue receives hints for `queue`. The first hint of a job queue goes to the
    /// default work queue, because no worker subscribes to the new one before it has seen that hint.
    async fn route<'q>(&mut self, queue: &'q QueueName) -> Result<&'q str> {
        if self.declared.contains(queue) {
            return Ok(queue.as_str());
        }
        if queue.as_str() != DEFAULT_QUEUE && self.declared.len() < MAX_WORK_QUEUES {
            topology::declare_work_queue(self.channel(), self.config, queue.as_str()).await?;
            self.declared.insert(queue.clone());
        }
        Ok(DEFAULT_QUEUE)
    }

    /// Sends unroutable messages again, after declaring all queues: the broker may have lost them.
    pub(crate) async fn resend(
        &mut self,
        commit: Commit,
        mut messages: Vec<Outgoing>,
    ) -> Result<Confirmations> {
        topology::declare(self.channel(), self.config).await?;
        topology::declare_destinations(self.channel(), self.config).await?;
        self.declared.clear();
        for message in &mut messages {
            if topology::is_hint_key(&message.routing_key) {
                message.routing_key = topology::hint_key(DEFAULT_QUEUE);
            }
        }
        let commit = Commit {
            is_resent: true,
            ..commit
        };
        self.send_all(commit, messages).await
    }

    async fn send_all(&self, commit: Commit, messages: Vec<Outgoing>) -> Result<Confirmations> {
        let mut confirms = Vec::with_capacity(messages.len());
        for message in messages {
            let (key, properties) = (&message.routing_key, message.properties.clone());
            let confirm = self
                .session
                .send(EXCHANGE, key, &message.body, properties)
                .await?;
            confirms.push((confirm, message));
        }
        Ok(Box::pin(await_confirms(commit, confirms)))
    }
}

async fn await_confirms(
    commit: Commit,
    confirms: Vec<(PublisherConfirm, Outgoing)>,
) -> Result<SentCommit> {
    let (confirms, messages): (Vec<_>, Vec<_>) = confirms.into_iter().unzip();
    let mut unrouted = Vec::new();
    let confirmed = within_confirm_timeout(join_all(confirms)).await?;
    for (confirmation, message) in confirmed.into_iter().zip(messages) {
        // A rejected message is sent again like one without a route.
        if !matches!(confirmation?, Confirmation::Ack(None)) {
            unrouted.push(message);
        }
    }
    Ok(SentCommit { commit, unrouted })
}

/// Returns `true` if a worker may claim the job from this event on.
fn makes_ready(event: &JobEvent) -> bool {
    matches!(
        event.change,
        Change::Created { run_at: None, .. } | Change::Due | Change::Requeued { .. }
    )
}
