use std::collections::{BTreeMap, HashSet};

use futures_util::future::{BoxFuture, join_all};
use lapin::{Channel, Confirmation, PublisherConfirm};
use odd_contracts::QueueName;
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{Change, JobEvent};

use crate::config::BrokerConfig;
use crate::connection::{CONFIRM_WITHIN, Session, unconfirmed};
use crate::topology::{self, DEFAULT_QUEUE, EXCHANGE, WORK_QUEUES};
use crate::wire::{self, HINT_JOBS, Outgoing};

/// What became of the messages of one commit: those without a route come back.
pub(crate) struct Settled {
    pub(crate) commit: Commit,
    pub(crate) unrouted: Vec<Outgoing>,
}

/// A commit on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Commit {
    /// The position of its last entry.
    pub(crate) last: Position,
    pub(crate) entries: usize,
    /// Whether some of its messages found no route before.
    pub(crate) is_repeated: bool,
}

pub(crate) type Sent = lapin::Result<Settled>;

/// Sends over one channel.
pub(crate) struct Sender<'a> {
    session: Session,
    config: &'a BrokerConfig,
    /// Job queues whose work queue has been declared over this channel.
    declared: HashSet<QueueName>,
}

impl<'a> Sender<'a> {
    pub(crate) async fn open(session: Session, config: &'a BrokerConfig) -> lapin::Result<Self> {
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
    ) -> lapin::Result<BoxFuture<'static, Sent>> {
        let events: Vec<(Position, &JobEvent)> = entries
            .iter()
            .filter_map(|recorded| match &recorded.entry {
                LogEntry::Event(event) => Some((recorded.position, &**event)),
                LogEntry::Pruned { .. } => None,
            })
            .collect();
        // Hints first: workers wait for them, the rest is for those who watch.
        let mut messages = self.hints(&events).await?;
        messages.extend(wire::events(&events, &self.config.producer));
        let commit = Commit {
            last,
            entries: entries.len(),
            is_repeated: false,
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
                let producer = &self.config.producer;
                messages.extend(wire::ready(routing_key.clone(), queue, events, producer));
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
    pub(crate) async fn send_again(
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
        let commit = Commit {
            is_repeated: true,
            ..commit
        };
        self.send_all(commit, messages).await
    }

    async fn send_all(
        &self,
        commit: Commit,
        messages: Vec<Outgoing>,
    ) -> lapin::Result<BoxFuture<'static, Sent>> {
        let mut confirms = Vec::with_capacity(messages.len());
        for message in messages {
            let (key, properties) = (&message.routing_key, message.properties.clone());
            let confirm = self
                .session
                .send(EXCHANGE, key, &message.body, properties)
                .await?;
            confirms.push((confirm, message));
        }
        Ok(Box::pin(settle(commit, confirms)))
    }
}

/// Waits for the confirmations of one commit.
async fn settle(commit: Commit, confirms: Vec<(PublisherConfirm, Outgoing)>) -> Sent {
    let (confirms, messages): (Vec<_>, Vec<_>) = confirms.into_iter().unzip();
    let mut unrouted = Vec::new();
    let confirmed = tokio::time::timeout(CONFIRM_WITHIN, join_all(confirms)).await;
    let confirmed = confirmed.map_err(|_| unconfirmed())?;
    for (confirmation, message) in confirmed.into_iter().zip(messages) {
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
