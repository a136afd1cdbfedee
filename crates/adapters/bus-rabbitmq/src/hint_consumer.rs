use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, FuturesUnordered, SelectAll, Stream, StreamExt};
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use odd_contracts::QueueName;
use odd_core::ports::JobReader;
use tokio::time::Instant;

use crate::config::BrokerConfig;
use crate::connection::{Connector, Health, Session};
use crate::error::Result;
use crate::hint_check::{CheckedHints, PendingHint, check_hints};
use crate::quarantine::quarantine;
use crate::topology::{self, DEFAULT_QUEUE, EXCHANGE};
use crate::wire;
use crate::work_coordinator::{Subscription, WorkCoordinator};

/// Most unacknowledged hints per work queue. A small number leaves hints for other processes.
const PREFETCH: u16 = 16;

/// Time after which a process without waiting claims cancels its consumers and returns its hints, so that other processes
/// receive them.
const IDLE_TIMEOUT: Duration = Duration::from_millis(50);

/// Deliveries of one work queue. `None` marks the end of the stream.
type Deliveries = Pin<Box<dyn Stream<Item = Option<lapin::Result<Delivery>>> + Send>>;

/// Consumes hints until dropped, and reconnects when the connection is lost.
pub(crate) async fn consume_hints(
    config: BrokerConfig,
    coordinator: Arc<WorkCoordinator>,
    reader: Arc<dyn JobReader>,
    health: Health,
) {
    let mut connector = Connector::new(config.clone(), "work", health.clone());
    loop {
        let mut consumer = HintConsumer {
            health: &health,
            config: &config,
            coordinator: &coordinator,
            reader: &reader,
            session: connector.session().await,
            consumer_tags: BTreeMap::new(),
            deliveries: SelectAll::new(),
            pending: VecDeque::new(),
            unchecked: Vec::new(),
            checks: FuturesUnordered::new(),
        };
        let outcome = consumer.run().await;
        drop(consumer);
        connector.session_ended(outcome).await;
    }
}

/// Consumes hints over one connection.
struct HintConsumer<'a> {
    health: &'a Health,
    config: &'a BrokerConfig,
    coordinator: &'a WorkCoordinator,
    reader: &'a Arc<dyn JobReader>,
    session: Session,
    /// Consumer tags by job queue; empty while no claim waits.
    consumer_tags: BTreeMap<String, String>,
    deliveries: SelectAll<Deliveries>,
    /// Hints that no claim has answered yet, oldest first.
    pending: VecDeque<PendingHint>,
    /// Answered hints that name jobs which this process did not claim.
    unchecked: Vec<PendingHint>,
    /// The running query for such jobs; at most one.
    checks: FuturesUnordered<BoxFuture<'static, CheckedHints>>,
}

impl HintConsumer<'_> {
    async fn run(&mut self) -> Result<()> {
        let (channel, qos) = (&self.session.channel, BasicQosOptions::default());
        channel.basic_qos(PREFETCH, qos).await?;
        self.health.set_connected();
        let mut subscriptions = self.coordinator.subscription();
        let mut answers = self.coordinator.answered_hints();
        // Hints may have been lost with the previous connection.
        self.coordinator.wake_claims();
        let mut missed_hints = subscriptions.borrow().missed_hints;
        loop {
            let subscription = subscriptions.borrow_and_update().clone();
            // RabbitMQ 3.10 may not notify the consumers of a queue that is deleted and declared again at once.
            if std::mem::replace(&mut missed_hints, subscription.missed_hints)
                != subscription.missed_hints
            {
                self.unsubscribe().await?;
            }
            if subscription.waiting_claims > 0 {
                self.subscribe(&subscription).await?;
            }
            let is_subscribed = !self.consumer_tags.is_empty();
            let is_idle = is_subscribed && subscription.waiting_claims == 0;
            let idle_since = Instant::now();
            tokio::select! {
                biased;
                changed = answers.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    let count = *answers.borrow_and_update();
                    self.acknowledge_answered(count).await?;
                }
                delivery = self.deliveries.next(), if is_subscribed => match delivery.flatten() {
                    Some(delivery) => self.receive(delivery?).await?,
                    // A queue was deleted, or the connection ended.
                    None => return Ok(()),
                },
                Some(checked) = self.checks.next() => self.finish_check(checked).await?,
                changed = subscriptions.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                }
                () = tokio::time::sleep_until(idle_since + IDLE_TIMEOUT), if is_idle => {
                    self.unsubscribe().await?;
                }
            }
        }
    }

    async fn subscribe(&mut self, subscription: &Subscription) -> Result<()> {
        let queues = subscription.queues.iter().map(QueueName::as_str);
        for queue in std::iter::once(DEFAULT_QUEUE).chain(queues) {
            if self.consumer_tags.contains_key(queue) {
                continue;
            }
            let channel = &self.session.channel;
            topology::declare_work_queue(channel, self.config, queue).await?;
            let consumer = channel
                .basic_consume(
                    topology::work_queue_name(queue).into(),
                    "".into(),
                    BasicConsumeOptions::default(),
                    FieldTable::default(),
                )
                .await?;
            let tag = consumer.tag().as_str().to_owned();
            self.consumer_tags.insert(queue.to_owned(), tag);
            let end = stream::once(async { None });
            self.deliveries
                .push(Box::pin(consumer.map(Some).chain(end)));
        }
        Ok(())
    }

    async fn receive(&mut self, delivery: Delivery) -> Result<()> {
        match wire::read_ready(&delivery.data) {
            Ok(ready) => {
                self.coordinator.subscribe_to_queue_of(&ready);
                let number = self.coordinator.record_hint();
                self.pending.push_back(PendingHint {
                    number,
                    ready,
                    delivery,
                });
                Ok(())
            }
            Err(errors) => {
                quarantine(&self.session, self.config, &delivery, errors).await?;
                acknowledge(&delivery).await
            }
        }
    }

    /// Acknowledges the pending hints up to number `count`. Those that name jobs of other processes are checked first.
    async fn acknowledge_answered(&mut self, count: u64) -> Result<()> {
        while let Some(hint) = self.pending.pop_front_if(|hint| hint.number <= count) {
            match self.coordinator.not_claimed(hint.jobs()).is_empty() {
                true => acknowledge(&hint.delivery).await?,
                false => self.unchecked.push(hint),
            }
        }
        self.start_check();
        Ok(())
    }

    /// Queries the store for the jobs of all unchecked hints at once, unless a query is already running.
    fn start_check(&mut self) {
        if self.unchecked.is_empty() || !self.checks.is_empty() {
            return;
        }
        let hints = std::mem::take(&mut self.unchecked);
        let jobs = hints.iter().flat_map(PendingHint::jobs);
        let jobs = self.coordinator.not_claimed(jobs);
        let check = check_hints(self.reader.clone(), jobs, hints);
        self.checks.push(Box::pin(check));
    }

    /// Acknowledges checked hints, and quarantines those that name unknown jobs.
    async fn finish_check(&mut self, checked: CheckedHints) -> Result<()> {
        for hint in &checked.hints {
            let errors = hint.errors(&checked.unknown);
            if !errors.is_empty() {
                quarantine(&self.session, self.config, &hint.delivery, errors).await?;
            }
            acknowledge(&hint.delivery).await?;
        }
        self.start_check();
        Ok(())
    }

    /// Cancels all consumers, and publishes the pending hints again for other processes.
    async fn unsubscribe(&mut self) -> Result<()> {
        for (_, tag) in std::mem::take(&mut self.consumer_tags) {
            let options = BasicCancelOptions::default();
            let channel = &self.session.channel;
            channel.basic_cancel(tag.as_str().into(), options).await?;
        }
        // Deliveries that arrived before the broker cancelled the consumers.
        while let Some(delivery) = self.deliveries.next().await {
            if let Some(delivery) = delivery {
                self.receive(delivery?).await?;
            }
        }
        for PendingHint { delivery, .. } in std::mem::take(&mut self.pending) {
            // A copy at the end of the queue, because returning the message would count against its delivery limit.
            let (key, properties) = (&delivery.routing_key, delivery.properties.clone());
            self.session
                .publish(EXCHANGE, key.as_str(), &delivery.data, properties)
                .await?;
            acknowledge(&delivery).await?;
        }
        Ok(())
    }
}

/// Acknowledges one delivery. Never several at once: deliveries of several queues are not answered in the order of their
/// tags.
async fn acknowledge(delivery: &Delivery) -> Result<()> {
    delivery.acker.ack(BasicAckOptions::default()).await?;
    Ok(())
}
