use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::SelectAll;
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
};
use lapin::types::FieldTable;
use odd_contracts::QueueName;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::BrokerConfig;
use crate::connection::{Connector, Health, Session};
use crate::parking::park;
use crate::topology::{self, DEFAULT_QUEUE, EXCHANGE};
use crate::wire;

/// Hints of one queue that are on their way to this process at the same time. Few, so that others hear of jobs as well.
const PREFETCH: u16 = 16;

/// How long a process that has no place for a job keeps hints: then others are to hear of them.
const BUSY: Duration = Duration::from_millis(50);

/// What claims and the consumer of hints tell each other.
pub(crate) struct Desk {
    /// How many hints have come.
    arrived: watch::Sender<u64>,
    /// As many of them have been answered by a claim.
    answered: watch::Sender<u64>,
    wish: watch::Sender<Wish>,
}

/// What the claims of this process want to hear of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Wish {
    /// Claims that wait.
    waiting: usize,
    /// Job queues beyond the default one.
    queues: BTreeSet<QueueName>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            arrived: watch::Sender::new(0),
            answered: watch::Sender::new(0),
            wish: watch::Sender::new(Wish::default()),
        }
    }

    /// Sees hints that come from now on.
    pub(crate) fn arrivals(&self) -> watch::Receiver<u64> {
        self.arrived.subscribe()
    }

    /// A claim that began when `arrived` hints had come found nothing more.
    pub(crate) fn answer(&self, arrived: u64) {
        self.answered.send_if_modified(|answered| {
            std::mem::replace(answered, arrived.max(*answered)) < arrived
        });
    }

    /// A claim waits until the answer is dropped.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        self.wish.send_modify(|wish| wish.waiting += 1);
        Waiting(self)
    }

    /// Hints of this job queue are of interest.
    pub(crate) fn listen_to(&self, queue: &QueueName) {
        self.wish.send_if_modified(|wish| {
            queue.as_str() != DEFAULT_QUEUE
                && !wish.queues.contains(queue)
                && wish.queues.insert(queue.clone())
        });
    }
}

/// A claim that waits.
pub(crate) struct Waiting<'a>(&'a Desk);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.wish.send_modify(|wish| wish.waiting -= 1);
    }
}

/// Consumes hints until dropped.
pub(crate) async fn consume(config: BrokerConfig, desk: Arc<Desk>, health: Health) {
    let mut connector = Connector::new(config.clone(), "work", health);
    loop {
        let mut worker = Worker {
            config: &config,
            desk: &desk,
            session: connector.session().await,
            consumers: BTreeMap::new(),
            deliveries: SelectAll::new(),
            held: VecDeque::new(),
        };
        let outcome = worker.run().await;
        drop(worker);
        connector.ended(outcome).await;
    }
}

/// One connection's work.
struct Worker<'a> {
    config: &'a BrokerConfig,
    desk: &'a Desk,
    session: Session,
    /// Consumer tags by job queue; none while this process is busy.
    consumers: BTreeMap<String, String>,
    deliveries: SelectAll<Consumer>,
    /// Hints that no claim has answered yet, with their numbers.
    held: VecDeque<(u64, Delivery)>,
}

impl Worker<'_> {
    async fn run(&mut self) -> lapin::Result<()> {
        let qos = BasicQosOptions::default();
        self.session.channel.basic_qos(PREFETCH, qos).await?;
        let mut wish = self.desk.wish.subscribe();
        let mut answered = self.desk.answered.subscribe();
        // A hint that was lost with the last connection is as good as one that comes now.
        self.desk.arrived.send_modify(|_| ());
        loop {
            let wanted = wish.borrow_and_update().clone();
            if wanted.waiting > 0 {
                self.listen(&wanted).await?;
            }
            let is_listening = !self.consumers.is_empty();
            let busy_since = Instant::now();
            tokio::select! {
                biased;
                changed = answered.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    let count = *answered.borrow_and_update();
                    self.acknowledge(count).await?;
                }
                delivery = self.deliveries.next(), if is_listening => match delivery {
                    Some(delivery) => self.take(delivery?).await?,
                    None => return Ok(()),
                },
                changed = wish.changed() => {
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
    async fn listen(&mut self, wanted: &Wish) -> lapin::Result<()> {
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
            self.deliveries.push(consumer);
        }
        Ok(())
    }

    async fn take(&mut self, delivery: Delivery) -> lapin::Result<()> {
        match wire::read_ready(&delivery.data) {
            Ok(ready) => {
                let number = *self.desk.arrived.borrow() + 1;
                self.held.push_back((number, delivery));
                self.desk.listen_to(&ready.queue);
                self.desk.arrived.send_replace(number);
                Ok(())
            }
            Err(reason) => {
                park(&self.session.channel, self.config, &delivery, &reason).await?;
                delivery
                    .acker
                    .ack(BasicAckOptions::default())
                    .await
                    .map(drop)
            }
        }
    }

    /// Acknowledges the hints up to this number.
    async fn acknowledge(&mut self, count: u64) -> lapin::Result<()> {
        let mut last = None;
        while let Some((number, _)) = self.held.front()
            && *number <= count
        {
            last = self.held.pop_front();
        }
        match last {
            Some((_, delivery)) => {
                let all = BasicAckOptions { multiple: true };
                delivery.acker.ack(all).await.map(drop)
            }
            None => Ok(()),
        }
    }

    /// Stops listening, and passes what came on to others: this process has no place for a job.
    async fn rest(&mut self) -> lapin::Result<()> {
        let channel = self.session.channel.clone();
        for (_, tag) in std::mem::take(&mut self.consumers) {
            channel
                .basic_cancel(tag.as_str().into(), BasicCancelOptions::default())
                .await?;
        }
        // What came in the meantime.
        while let Some(delivery) = self.deliveries.next().await {
            self.take(delivery?).await?;
        }
        for (_, delivery) in std::mem::take(&mut self.held) {
            // A copy at the end of the queue, instead of a return: returns are counted against the message.
            channel
                .basic_publish(
                    EXCHANGE.into(),
                    delivery.routing_key.clone(),
                    BasicPublishOptions::default(),
                    &delivery.data,
                    delivery.properties.clone(),
                )
                .await?;
            delivery.acker.ack(BasicAckOptions::default()).await?;
        }
        Ok(())
    }
}
