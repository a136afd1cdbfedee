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
use crate::hint_check::{CheckedHints, PendingHint, check};
use crate::quarantine::park;
use crate::topology::{self, DEFAULT_QUEUE, EXCHANGE};
use crate::wire;
use crate::work_coordinator::{Subscription, WorkCoordinator};

/// Hints of one queue that are on their way to this process at the same time. Few, so that others hear of jobs as well.
const PREFETCH: u16 = 16;

/// How long a process that has no place for a job keeps hints: then others are to hear of them.
const BUSY: Duration = Duration::from_millis(50);

/// What one queue brings; nothing more comes after `None`.
type Deliveries = Pin<Box<dyn Stream<Item = Option<lapin::Result<Delivery>>> + Send>>;

/// Consumes hints until dropped.
pub(crate) async fn consume(
    config: BrokerConfig,
    coordinator: Arc<WorkCoordinator>,
    reader: Arc<dyn JobReader>,
    health: Health,
) {
    let mut connector = Connector::new(config.clone(), "work", health.clone());
    loop {
        let mut worker = Worker {
            health: &health,
            config: &config,
            coordinator: &coordinator,
            reader: &reader,
            session: connector.session().await,
            consumers: BTreeMap::new(),
            deliveries: SelectAll::new(),
            held: VecDeque::new(),
            answered: Vec::new(),
            checks: FuturesUnordered::new(),
        };
        let outcome = worker.run().await;
        drop(worker);
        connector.ended(outcome).await;
    }
}

/// One connection's work.
struct Worker<'a> {
    health: &'a Health,
    config: &'a BrokerConfig,
    coordinator: &'a WorkCoordinator,
    reader: &'a Arc<dyn JobReader>,
    session: Session,
    /// Consumer tags by job queue; none while this process is busy.
    consumers: BTreeMap<String, String>,
    deliveries: SelectAll<Deliveries>,
    /// Hints that no claim has answered yet.
    held: VecDeque<PendingHint>,
    /// Answered hints whose jobs the store is to be asked for.
    answered: Vec<PendingHint>,
    /// The question that the store is asked now, if any.
    checks: FuturesUnordered<BoxFuture<'static, CheckedHints>>,
}

impl Worker<'_> {
    async fn run(&mut self) -> lapin::Result<()> {
        let (channel, qos) = (&self.session.channel, BasicQosOptions::default());
        channel.basic_qos(PREFETCH, qos).await?;
        self.health.recovered();
        let mut wishes = self.coordinator.wishes();
        let mut answers = self.coordinator.answers();
        // A hint that was lost with the last connection is as good as one that comes now.
        self.coordinator.wake();
        let mut misses = wishes.borrow().misses;
        loop {
            let wanted = wishes.borrow_and_update().clone();
            // RabbitMQ 3.10 may not tell consumers that their queue was deleted, when it is declared anew at once.
            if std::mem::replace(&mut misses, wanted.misses) != wanted.misses {
                self.rest().await?;
            }
            if wanted.waiting > 0 {
                self.listen(&wanted).await?;
            }
            let is_listening = !self.consumers.is_empty();
            let busy_since = Instant::now();
            tokio::select! {
                biased;
                changed = answers.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    let count = *answers.borrow_and_update();
                    self.acknowledge(count).await?;
                }
                delivery = self.deliveries.next(), if is_listening => match delivery.flatten() {
                    Some(delivery) => self.take(delivery?).await?,
                    // A queue was deleted, or the connection ended.
                    None => return Ok(()),
                },
                Some(checked) = self.checks.next() => self.settle(checked).await?,
                changed = wishes.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                }
                () = tokio::time::sleep_until(busy_since + BUSY), if is_listening && wanted.waiting == 0 => {
                    self.rest().await?;
                }
            }
        }
    }

    /// Listens to all wanted queues.
    async fn listen(&mut self, wanted: &Subscription) -> lapin::Result<()> {
        let queues = wanted.queues.iter().map(QueueName::as_str);
        for queue in std::iter::once(DEFAULT_QUEUE).chain(queues) {
            if self.consumers.contains_key(queue) {
                continue;
            }
            let channel = &self.session.channel;
            topology::declare_work_queue(channel, self.config, queue).await?;
            let consumer = channel
                .basic_consume(
                    topology::work_queue(queue).into(),
                    "".into(),
                    BasicConsumeOptions::default(),
                    FieldTable::default(),
                )
                .await?;
            let tag = consumer.tag().as_str().to_owned();
            self.consumers.insert(queue.to_owned(), tag);
            let end = stream::once(async { None });
            self.deliveries
                .push(Box::pin(consumer.map(Some).chain(end)));
        }
        Ok(())
    }

    async fn take(&mut self, delivery: Delivery) -> lapin::Result<()> {
        match wire::read_ready(&delivery.data) {
            Ok(ready) => {
                self.coordinator.learn(&ready);
                let number = self.coordinator.arrive();
                self.held.push_back(PendingHint {
                    number,
                    ready,
                    delivery,
                });
                Ok(())
            }
            Err(errors) => {
                park(&self.session, self.config, &delivery, errors).await?;
                acknowledge(&delivery).await
            }
        }
    }

    /// Acknowledges the hints up to this number, those with jobs of others when the store has been asked for them.
    async fn acknowledge(&mut self, count: u64) -> lapin::Result<()> {
        while let Some(hint) = self.held.pop_front_if(|hint| hint.number <= count) {
            match self.coordinator.not_claimed(hint.jobs()).is_empty() {
                true => acknowledge(&hint.delivery).await?,
                false => self.answered.push(hint),
            }
        }
        self.ask();
        Ok(())
    }

    /// Asks for the jobs of all answered hints at once, unless the store is being asked: then that comes first.
    fn ask(&mut self) {
        if self.answered.is_empty() || !self.checks.is_empty() {
            return;
        }
        let hints = std::mem::take(&mut self.answered);
        let jobs = self
            .coordinator
            .not_claimed(hints.iter().flat_map(PendingHint::jobs));
        let checked = check(self.reader.clone(), jobs, hints);
        self.checks.push(Box::pin(checked));
    }

    async fn settle(&mut self, checked: CheckedHints) -> lapin::Result<()> {
        for hint in &checked.hints {
            let errors = hint.errors(&checked.unknown);
            if !errors.is_empty() {
                park(&self.session, self.config, &hint.delivery, errors).await?;
            }
            acknowledge(&hint.delivery).await?;
        }
        self.ask();
        Ok(())
    }

    /// Stops listening, and passes what came on to others: this process has no place for a job.
    async fn rest(&mut self) -> lapin::Result<()> {
        for (_, tag) in std::mem::take(&mut self.consumers) {
            let options = BasicCancelOptions::default();
            let channel = &self.session.channel;
            channel.basic_cancel(tag.as_str().into(), options).await?;
        }
        // What came in the meantime.
        while let Some(delivery) = self.deliveries.next().await {
            if let Some(delivery) = delivery {
                self.take(delivery?).await?;
            }
        }
        for PendingHint { delivery, .. } in std::mem::take(&mut self.held) {
            // A copy at the end of the queue, instead of a return: returns are counted against the message.
            let (key, properties) = (&delivery.routing_key, delivery.properties.clone());
            self.session
                .publish(EXCHANGE, key.as_str(), &delivery.data, properties)
                .await?;
            acknowledge(&delivery).await?;
        }
        Ok(())
    }
}

/// Acknowledges one delivery. Never several at once: those of several queues are not taken in the order of their tags.
async fn acknowledge(delivery: &Delivery) -> lapin::Result<()> {
    delivery
        .acker
        .ack(BasicAckOptions::default())
        .await
        .map(drop)
}
