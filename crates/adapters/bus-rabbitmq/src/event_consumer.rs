use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, QueueDeleteOptions};
use lapin::types::FieldTable;
use odd_core::ports::{EventLog, EventSink, Position, StoreError};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::{BrokerConfig, EventQueue};
use crate::connection::{Connector, Health, Session, watch_over};
use crate::quarantine::park;
use crate::reorder_buffer::ReorderBuffer;
use crate::topology;
use crate::wire::read_events;

/// Messages that are on their way to this process at the same time.
const PREFETCH: u16 = 256;

/// How long an entry that is missing may still come by itself: several publishers are never in step.
const GAP: Duration = Duration::from_millis(20);

/// How long the same entry may be missing while others come.
const STUCK: Duration = Duration::from_millis(250);

/// Silence after which the log is asked whether something went missing.
const SILENCE: Duration = Duration::from_secs(10);

/// How long events are taken after the last follower has gone.
const LINGER: Duration = Duration::from_secs(10);

/// Pause before a log that cannot be read is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// After what time messages are acknowledged, however few: acknowledging costs the broker as much as delivering, and one
/// word serves for many.
const ACKNOWLEDGE_AFTER: Duration = Duration::from_millis(50);

/// Messages acknowledged at once, at most about so many: the broker is never to wait for it.
const ACKNOWLEDGE_AT: usize = PREFETCH as usize / 4;

/// Entries read from the log at a time.
const CHUNK: usize = 4_096;

/// Takes events from the broker and tells a sink of them in the order of the log, each once. What is missing is read
/// from the log.
pub struct EventConsumer {
    config: BrokerConfig,
    queue: EventQueue,
    log: Arc<dyn EventLog>,
    sink: Arc<dyn EventSink>,
    health: Health,
    followers: Option<watch::Receiver<usize>>,
}

impl EventConsumer {
    /// An intake that begins with what is committed from now on.
    pub fn new(
        config: BrokerConfig,
        queue: EventQueue,
        log: Arc<dyn EventLog>,
        sink: Arc<dyn EventSink>,
    ) -> Self {
        Self {
            config,
            queue,
            log,
            sink,
            health: Health::new(),
            followers: None,
        }
    }

    /// Rests while nobody follows, except for the connection.
    #[must_use]
    pub fn while_followed(self, followers: watch::Receiver<usize>) -> Self {
        Self {
            followers: Some(followers),
            ..self
        }
    }

    /// Whether it is connected.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Runs until dropped.
    pub async fn run(self) {
        let mut order = None;
        let mut connector = Connector::new(self.config.clone(), "events", self.health.clone());
        loop {
            let session = connector.session().await;
            let outcome = self.work(&session, &mut order).await;
            connector.ended(outcome).await;
        }
    }

    /// Takes events as long as somebody follows, time and again.
    async fn work(
        &self,
        session: &Session,
        order: &mut Option<ReorderBuffer>,
    ) -> lapin::Result<()> {
        let Some(mut followers) = self.followers.clone() else {
            return self.take(session, order).await;
        };
        loop {
            // At rest, a connection that stands is all that is needed.
            self.health.recovered();
            let rest = async {
                // Whoever counts followers lives as long as the process.
                let _ = followers.wait_for(|count| *count > 0).await;
            };
            tokio::select! {
                () = rest => {}
                failed = watch_over(&session.channel) => return failed,
            }
            let mut idle = followers.clone();
            tokio::select! {
                ended = self.take(session, order) => return ended,
                () = unfollowed(&mut idle) => {}
            }
            // What happens meanwhile is in the log.
            *order = None;
            let (EventQueue::Shared(name) | EventQueue::Exclusive(name)) = &self.queue;
            let options = QueueDeleteOptions::default();
            session
                .channel
                .queue_delete(name.as_str().into(), options)
                .await?;
        }
    }

    async fn take(
        &self,
        session: &Session,
        order: &mut Option<ReorderBuffer>,
    ) -> lapin::Result<()> {
        let mut consumer = self.consume(session).await?;
        let order = self.begin(order).await;
        self.health.recovered();
        let mut taken = Taken::default();
        let mut silence = SILENCE;
        let mut silent_until = Instant::now() + silence;
        loop {
            let until = taken.due.map_or(silent_until, |due| due.min(silent_until));
            match tokio::time::timeout_at(until, consumer.next()).await {
                Ok(None) => return Ok(()),
                Ok(Some(delivery)) => {
                    let mut next = Some(delivery);
                    let mut is_good = true;
                    // What came with it is handed over with it.
                    while let Some(delivery) = next.take() {
                        let delivery = delivery?;
                        is_good = self.read(session, order, &delivery).await?;
                        taken.add(delivery);
                        if is_good {
                            next = consumer.next().now_or_never().flatten();
                        }
                    }
                    self.hand_over(order);
                    if !is_good {
                        // Delivered again, it would be among the dead letters twice.
                        taken.acknowledge().await?;
                    }
                    if order.is_full() || order.is_stuck(STUCK) {
                        self.fill_or_wait(order).await;
                    }
                }
                Err(_) if until < silent_until => {
                    taken.acknowledge().await?;
                    continue;
                }
                Err(_) => {
                    let done = order.done();
                    self.fill_or_wait(order).await;
                    if silence == SILENCE
                        && order.done() > done
                        && !self.is_served_elsewhere(session).await?
                    {
                        // The queue was deleted, perhaps, and the broker did not tell.
                        return Err(io::Error::other("events do not come").into());
                    }
                }
            }
            if taken.is_due() {
                taken.acknowledge().await?;
            }
            silence = if order.has_gap() { GAP } else { SILENCE };
            silent_until = Instant::now() + silence;
        }
    }

    async fn consume(&self, session: &Session) -> lapin::Result<Consumer> {
        let channel = &session.channel;
        topology::declare_event_queue(channel, &self.config, &self.queue).await?;
        channel
            .basic_qos(PREFETCH, BasicQosOptions::default())
            .await?;
        let (EventQueue::Shared(name) | EventQueue::Exclusive(name)) = &self.queue;
        channel
            .basic_consume(
                name.as_str().into(),
                "".into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await
    }

    /// Whether events may go to another process, as they do from a queue that serves one at a time.
    async fn is_served_elsewhere(&self, session: &Session) -> lapin::Result<bool> {
        match &self.queue {
            EventQueue::Shared(name) => {
                topology::is_read(&session.channel, &self.config, name).await
            }
            EventQueue::Exclusive(_) => Ok(false),
        }
    }

    /// Where to begin: at the head of the log, once; later, where the last connection ended, as the log has the rest.
    async fn begin<'o>(&self, order: &'o mut Option<ReorderBuffer>) -> &'o mut ReorderBuffer {
        if order.is_none() {
            loop {
                match self.log.head().await {
                    Ok(head) => {
                        self.tell_of(head).await;
                        break *order = Some(ReorderBuffer::after(head));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the log cannot be read; trying again");
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        }
        let order = order.as_mut().expect("set above");
        // Messages may have been lost with the last connection.
        self.fill_or_wait(order).await;
        order
    }

    /// Wakes followers: what they read of the log may have been less than this.
    async fn tell_of(&self, head: Position) {
        let before = Position(head.0.saturating_sub(1));
        match self.log.read_after(before, 1).await {
            Ok(entries) if entries.is_empty() => {}
            Ok(entries) => self.sink.committed(entries),
            Err(error) => tracing::warn!(%error, "the log cannot be read"),
        }
    }

    /// Reads a message; one that breaks its contract is parked. Whether it keeps it.
    async fn read(
        &self,
        session: &Session,
        order: &mut ReorderBuffer,
        delivery: &Delivery,
    ) -> lapin::Result<bool> {
        match read_events(&delivery.data, &delivery.properties) {
            Ok(entries) => {
                order.add(entries);
                Ok(true)
            }
            Err(errors) => {
                park(session, &self.config, delivery, errors).await?;
                Ok(false)
            }
        }
    }

    fn hand_over(&self, order: &mut ReorderBuffer) {
        let entries = order.take_next();
        if !entries.is_empty() {
            self.sink.committed(entries);
        }
    }

    /// Reads from the log what did not come.
    async fn fill_or_wait(&self, order: &mut ReorderBuffer) {
        if let Err(error) = self.fill(order).await {
            tracing::warn!(%error, "the log cannot be read; trying again");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Reads until nothing that was told of is missing; to the end of the log, where nothing is known to be missing.
    async fn fill(&self, order: &mut ReorderBuffer) -> Result<(), StoreError> {
        let has_aim = order.has_gap();
        loop {
            let entries = self.log.read_after(order.done(), CHUNK).await?;
            if entries.is_empty() {
                order.forget_early();
                return Ok(());
            }
            order.fill(&entries);
            self.sink.committed(entries);
            self.hand_over(order);
            if has_aim && !order.has_gap() {
                return Ok(());
            }
        }
    }
}

/// Messages that were handed over and are not acknowledged yet.
#[derive(Default)]
struct Taken {
    count: usize,
    last: Option<Delivery>,
    /// When to acknowledge them.
    due: Option<Instant>,
}

impl Taken {
    fn add(&mut self, delivery: Delivery) {
        self.count += 1;
        self.last = Some(delivery);
        self.due
            .get_or_insert_with(|| Instant::now() + ACKNOWLEDGE_AFTER);
    }

    fn is_due(&self) -> bool {
        self.count >= ACKNOWLEDGE_AT || self.due.is_some_and(|due| due <= Instant::now())
    }

    async fn acknowledge(&mut self) -> lapin::Result<()> {
        let Self { last, .. } = std::mem::take(self);
        if let Some(last) = last {
            last.acker.ack(BasicAckOptions { multiple: true }).await?;
        }
        Ok(())
    }
}

/// Waits until nobody has followed for a while.
async fn unfollowed(followers: &mut watch::Receiver<usize>) {
    loop {
        let _ = followers.wait_for(|count| *count == 0).await;
        let back = followers.wait_for(|count| *count > 0);
        if tokio::time::timeout(LINGER, back).await.is_err() {
            return;
        }
    }
}
