use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::{BasicConsumeOptions, BasicQosOptions, QueueDeleteOptions};
use lapin::types::FieldTable;
use odd_core::ports::{ErrorChain, EventLog, EventSink, Position, StoreError};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::{BrokerConfig, EventQueue};
use crate::connection::{Connector, Health, Session, closed};
use crate::error::{BrokerError, Result};
use crate::quarantine::quarantine;
use crate::reorder_buffer::ReorderBuffer;
use crate::topology;
use crate::unacknowledged::{PREFETCH, Unacknowledged};
use crate::wire::read_events;

/// How long a missing entry may still arrive before it is read from the log: publishers are not synchronized.
const GAP_TIMEOUT: Duration = Duration::from_millis(20);

/// How long the same entry may be missing while others keep arriving.
const STUCK_TIMEOUT: Duration = Duration::from_millis(250);

/// Time without a message after which the log is checked for lost entries.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long events are consumed after the last follower has left.
const LINGER: Duration = Duration::from_secs(10);

/// Pause before a failed read of the log is retried.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Entries read from the log at a time.
const LOG_CHUNK: usize = 4_096;

/// Consumes events from the broker and passes them to a sink in the order of the log, each once. Entries that do not
/// arrive are read from the log.
pub struct EventConsumer {
    config: BrokerConfig,
    queue: EventQueue,
    log: Arc<dyn EventLog>,
    sink: Arc<dyn EventSink>,
    health: Health,
    followers: Option<watch::Receiver<usize>>,
}

impl EventConsumer {
    /// Creates a consumer that starts with what is committed from now on.
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

    /// Makes it consume only while the number of followers is above zero. It stays connected in any case.
    #[must_use]
    pub fn while_followed(self, followers: watch::Receiver<usize>) -> Self {
        Self {
            followers: Some(followers),
            ..self
        }
    }

    /// Returns the status of its connection.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Consumes until dropped, and reconnects when the connection is lost.
    pub async fn run(self) {
        let mut buffer = None;
        let mut connector = Connector::new(self.config.clone(), "events", self.health.clone());
        loop {
            let session = connector.session().await;
            let outcome = self.consume_while_followed(&session, &mut buffer).await;
            connector.session_ended(outcome).await;
        }
    }

    async fn consume_while_followed(
        &self,
        session: &Session,
        buffer: &mut Option<ReorderBuffer>,
    ) -> Result<()> {
        let Some(mut followers) = self.followers.clone() else {
            return self.consume(session, buffer).await;
        };
        loop {
            // Without followers, an open connection is all that is needed.
            self.health.set_connected();
            let followed = async {
                // The sender lives as long as the process.
                let _ = followers.wait_for(|count| *count > 0).await;
            };
            tokio::select! {
                () = followed => {}
                () = closed(&session.channel) => return Ok(()),
            }
            let mut still_followed = followers.clone();
            tokio::select! {
                ended = self.consume(session, buffer) => return ended,
                () = unfollowed(&mut still_followed) => {}
            }
            // The next follower starts at the head of the log again.
            *buffer = None;
            let options = QueueDeleteOptions::default();
            session
                .channel
                .queue_delete(self.queue.name().into(), options)
                .await?;
        }
    }

    async fn consume(&self, session: &Session, buffer: &mut Option<ReorderBuffer>) -> Result<()> {
        let mut deliveries = self.subscribe(session).await?;
        let buffer = self.start(buffer).await;
        self.health.set_connected();
        let mut unacknowledged = Unacknowledged::default();
        let mut patience = SILENCE_TIMEOUT;
        let mut silent_until = Instant::now() + patience;
        loop {
            let until = unacknowledged
                .due
                .map_or(silent_until, |due| due.min(silent_until));
            match tokio::time::timeout_at(until, deliveries.next()).await {
                Ok(None) => return Ok(()),
                Ok(Some(delivery)) => {
                    let mut next = Some(delivery);
                    let mut is_valid = true;
                    // Passes on everything that has already arrived at once.
                    while let Some(delivery) = next.take() {
                        let delivery = delivery?;
                        is_valid = self.read(session, buffer, &delivery).await?;
                        unacknowledged.add(delivery);
                        if is_valid {
                            next = deliveries.next().now_or_never().flatten();
                        }
                    }
                    self.pass_on(buffer);
                    if !is_valid {
                        // If the message were delivered again, it would be quarantined twice.
                        unacknowledged.acknowledge().await?;
                    }
                    if buffer.is_full() || buffer.is_stuck(STUCK_TIMEOUT) {
                        self.fill_or_pause(buffer).await;
                    }
                }
                Err(_) if until < silent_until => {
                    unacknowledged.acknowledge().await?;
                    continue;
                }
                Err(_) => {
                    let delivered = buffer.delivered();
                    self.fill_or_pause(buffer).await;
                    let missed_events =
                        patience == SILENCE_TIMEOUT && buffer.delivered() > delivered;
                    if missed_events && !self.is_consumed_elsewhere(session).await? {
                        // The queue may have been deleted without a notification.
                        return Err(BrokerError::NoDeliveries);
                    }
                }
            }
            if unacknowledged.is_due() {
                unacknowledged.acknowledge().await?;
            }
            patience = match buffer.has_gap() {
                true => GAP_TIMEOUT,
                false => SILENCE_TIMEOUT,
            };
            silent_until = Instant::now() + patience;
        }
    }

    async fn subscribe(&self, session: &Session) -> Result<Consumer> {
        let channel = &session.channel;
        topology::declare_event_queue(channel, &self.config, &self.queue).await?;
        channel
            .basic_qos(PREFETCH, BasicQosOptions::default())
            .await?;
        let consumer = channel
            .basic_consume(
                self.queue.name().into(),
                "".into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        Ok(consumer)
    }

    /// Returns `true` if another process may receive the events, as a shared queue serves one consumer at a time.
    async fn is_consumed_elsewhere(&self, session: &Session) -> Result<bool> {
        match &self.queue {
            EventQueue::Shared(name) => {
                Ok(topology::has_consumer(&session.channel, &self.config, name).await?)
            }
            EventQueue::Exclusive(_) => Ok(false),
        }
    }

    /// Returns the buffer to continue with. The first one starts at the head of the log; on a later connection, entries
    /// that were lost with the previous one are read from the log.
    async fn start<'b>(&self, buffer: &'b mut Option<ReorderBuffer>) -> &'b mut ReorderBuffer {
        if buffer.is_none() {
            loop {
                match self.log.head().await {
                    Ok(head) => {
                        self.announce(head).await;
                        break *buffer = Some(ReorderBuffer::after(head));
                    }
                    Err(error) => pause_after(&error).await,
                }
            }
        }
        let buffer = buffer.as_mut().expect("set above");
        self.fill_or_pause(buffer).await;
        buffer
    }

    /// Passes the entry at `head` on: followers that last read the log before it was committed have to read again.
    async fn announce(&self, head: Position) {
        let before = Position(head.0.saturating_sub(1));
        match self.log.read_after(before, 1).await {
            Ok(entries) if entries.is_empty() => {}
            Ok(entries) => self.sink.committed(entries),
            Err(error) => tracing::warn!(
                error = %ErrorChain(&error),
                "the head of the log could not be read"
            ),
        }
    }

    /// Reads a message, and quarantines it if it is invalid. Returns `true` if it is valid.
    async fn read(
        &self,
        session: &Session,
        buffer: &mut ReorderBuffer,
        delivery: &Delivery,
    ) -> Result<bool> {
        match read_events(&delivery.data, &delivery.properties) {
            Ok(entries) => {
                buffer.add(entries);
                Ok(true)
            }
            Err(errors) => {
                quarantine(session, &self.config, delivery, errors).await?;
                Ok(false)
            }
        }
    }

    fn pass_on(&self, buffer: &mut ReorderBuffer) {
        let entries = buffer.take_next();
        if !entries.is_empty() {
            self.sink.committed(entries);
        }
    }

    async fn fill_or_pause(&self, buffer: &mut ReorderBuffer) {
        if let Err(error) = self.fill(buffer).await {
            pause_after(&error).await;
        }
    }

    /// Reads missing entries from the log: until the gap is closed or, without a known gap, to the end of the log.
    async fn fill(&self, buffer: &mut ReorderBuffer) -> std::result::Result<(), StoreError> {
        let had_gap = buffer.has_gap();
        loop {
            let entries = self.log.read_after(buffer.delivered(), LOG_CHUNK).await?;
            if entries.is_empty() {
                buffer.forget_early();
                return Ok(());
            }
            buffer.fill(&entries);
            self.sink.committed(entries);
            self.pass_on(buffer);
            if had_gap && !buffer.has_gap() {
                return Ok(());
            }
        }
    }
}

async fn pause_after(error: &StoreError) {
    tracing::warn!(
        error = %ErrorChain(error),
        "the log could not be read; retrying"
    );
    tokio::time::sleep(RETRY_PAUSE).await;
}

/// Waits until there has been no follower for [`LINGER`].
async fn unfollowed(followers: &mut watch::Receiver<usize>) {
    loop {
        let _ = followers.wait_for(|count| *count == 0).await;
        let followed_again = followers.wait_for(|count| *count > 0);
        if tokio::time::timeout(LINGER, followed_again).await.is_err() {
            return;
        }
    }
}
