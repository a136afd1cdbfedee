//! The exchanges and queues, declared by everyone who uses them: whoever comes first, or after the broker lost its data,
//! makes them.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Channel, ExchangeKind, Queue};

use crate::config::{BrokerConfig, EventQueue, METRICS_ENGINE_QUEUE, QueueType};

/// Carries events and hints of ready jobs.
pub(crate) const EXCHANGE: &str = "observatory.events";

/// Takes what nobody could use.
pub(crate) const DEAD_LETTERS: &str = "observatory.dead-letters";

/// Every event.
const EVENTS: &str = "job.#";

/// Work queues that nobody uses go after this time; names of queues are the clients' to choose.
const UNUSED_MS: i32 = 60 * 60 * 1_000;

/// Hints that nobody took for so long go to the default work queue: workers that were just started do not know all queues.
const UNHEARD_MS: i32 = 500;

/// The key of hints for a job queue.
pub(crate) fn hint_key(queue: &str) -> String {
    format!("work.{queue}")
}

/// The work queue of a job queue.
pub(crate) fn work_queue(queue: &str) -> String {
    format!("jobs.{queue}")
}

/// Declares what everybody needs.
pub(crate) async fn declare(channel: &Channel, config: &BrokerConfig) -> lapin::Result<()> {
    let durable = ExchangeDeclareOptions {
        durable: true,
        ..ExchangeDeclareOptions::default()
    };
    let table = FieldTable::default;
    channel
        .exchange_declare(EXCHANGE.into(), ExchangeKind::Topic, durable, table())
        .await?;
    channel
        .exchange_declare(DEAD_LETTERS.into(), ExchangeKind::Fanout, durable, table())
        .await?;
    declare_queue(channel, DEAD_LETTERS, lasting(config.queue_type)).await?;
    bind(channel, DEAD_LETTERS, DEAD_LETTERS, "").await
}

/// Declares what takes the messages of publishers, so that none is without a route.
pub(crate) async fn declare_destinations(
    channel: &Channel,
    config: &BrokerConfig,
) -> lapin::Result<()> {
    declare_queue(channel, METRICS_ENGINE_QUEUE, shared(config)).await?;
    bind(channel, METRICS_ENGINE_QUEUE, EXCHANGE, EVENTS).await?;
    declare_work_queue(channel, config, DEFAULT_QUEUE).await
}

/// Declares the work queue of a job queue.
pub(crate) async fn declare_work_queue(
    channel: &Channel,
    config: &BrokerConfig,
    queue: &str,
) -> lapin::Result<()> {
    let name = work_queue(queue);
    let mut arguments = limited(config, config.hint_bytes);
    if queue != DEFAULT_QUEUE {
        insert(&mut arguments, "x-expires", AMQPValue::LongInt(UNUSED_MS));
        move_unheard(&mut arguments);
    }
    declare_queue(channel, &name, arguments).await?;
    bind(channel, &name, EXCHANGE, &hint_key(queue)).await
}

/// Sends what stays in a queue on to the default work queue, to which everybody listens.
fn move_unheard(arguments: &mut FieldTable) {
    let text = |value: &str| AMQPValue::LongString(value.into());
    insert(arguments, "x-message-ttl", AMQPValue::LongInt(UNHEARD_MS));
    insert(arguments, "x-dead-letter-exchange", text(EXCHANGE));
    let key = hint_key(DEFAULT_QUEUE);
    insert(arguments, "x-dead-letter-routing-key", text(&key));
}

/// Job queues beside the default one that have a work queue of their own; hints for jobs in further ones go to the
/// default one. Names of queues are the clients' to choose.
pub(crate) const WORK_QUEUES: usize = 64;

/// The job queue of jobs that name none.
pub(crate) const DEFAULT_QUEUE: &str = "default";

/// Declares the queue that brings events.
pub(crate) async fn declare_event_queue(
    channel: &Channel,
    config: &BrokerConfig,
    queue: &EventQueue,
) -> lapin::Result<()> {
    match queue {
        EventQueue::Shared(name) => {
            declare_queue(channel, name, shared(config)).await?;
            bind(channel, name, EXCHANGE, EVENTS).await
        }
        EventQueue::Exclusive(name) => {
            let options = QueueDeclareOptions {
                exclusive: true,
                auto_delete: true,
                ..QueueDeclareOptions::default()
            };
            let mut arguments = FieldTable::default();
            bound(&mut arguments, config.event_bytes);
            channel
                .queue_declare(name.as_str().into(), options, arguments)
                .await?;
            bind(channel, name, EXCHANGE, EVENTS).await
        }
    }
}

/// Whether anybody reads the metrics engines' queue, which is made if it was gone.
pub(crate) async fn is_read(
    channel: &Channel,
    config: &BrokerConfig,
    queue: &str,
) -> lapin::Result<bool> {
    let queue = declare_queue(channel, queue, shared(config)).await?;
    Ok(queue.consumer_count() > 0)
}

async fn declare_queue(
    channel: &Channel,
    name: &str,
    arguments: FieldTable,
) -> lapin::Result<Queue> {
    let options = QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    };
    channel.queue_declare(name.into(), options, arguments).await
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, key: &str) -> lapin::Result<()> {
    channel
        .queue_bind(
            queue.into(),
            exchange.into(),
            key.into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
}

fn lasting(queue_type: QueueType) -> FieldTable {
    let mut arguments = FieldTable::default();
    let name = match queue_type {
        QueueType::Quorum => "quorum",
        QueueType::Classic => "classic",
    };
    insert(
        &mut arguments,
        "x-queue-type",
        AMQPValue::LongString(name.into()),
    );
    arguments
}

/// Keeps a queue from filling the broker's disk while nobody reads it.
fn bound(arguments: &mut FieldTable, bytes: u32) {
    insert(
        arguments,
        "x-max-length-bytes",
        AMQPValue::LongLongInt(bytes.into()),
    );
    insert(
        arguments,
        "x-overflow",
        AMQPValue::LongString("drop-head".into()),
    );
}

/// A lasting queue of messages that may be lost: those beyond its bound, and those that nobody manages to handle, leave
/// it, and are not parked. What cannot be read is parked by whoever reads it.
fn limited(config: &BrokerConfig, bytes: u32) -> FieldTable {
    let mut arguments = lasting(config.queue_type);
    bound(&mut arguments, bytes);
    if config.queue_type == QueueType::Quorum {
        let limit = i32::try_from(config.delivery_limit).unwrap_or(i32::MAX);
        insert(
            &mut arguments,
            "x-delivery-limit",
            AMQPValue::LongInt(limit),
        );
    }
    arguments
}

/// A queue that serves one consumer at a time: its messages stay in order.
fn shared(config: &BrokerConfig) -> FieldTable {
    let mut arguments = limited(config, config.event_bytes);
    insert(
        &mut arguments,
        "x-single-active-consumer",
        AMQPValue::Boolean(true),
    );
    arguments
}

fn insert(arguments: &mut FieldTable, name: &str, value: AMQPValue) {
    arguments.insert(ShortString::from(name), value);
}
