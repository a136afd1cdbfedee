//! Exchanges and queues. Every process declares those that it uses, so that they exist whichever process starts first, and
//! exist again after the broker lost its data.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Channel, ErrorKind, ExchangeKind, Queue};

use crate::config::{BrokerConfig, EventQueue, METRICS_ENGINE_QUEUE, QueueType};

/// Reply codes of AMQP 0.9.1.
const NOT_FOUND: u16 = 404;
const PRECONDITION_FAILED: u16 = 406;

/// The exchange for events and hints of ready jobs.
pub(crate) const EXCHANGE: &str = "observatory.events";

/// The exchange and queue for quarantined messages.
pub(crate) const DEAD_LETTERS: &str = "observatory.dead-letters";

/// The job queue of jobs that name none.
pub(crate) const DEFAULT_QUEUE: &str = "default";

/// Most job queues, in addition to the default one, that have a work queue of their own. Hints for jobs in further ones go
/// to the default work queue, because clients choose the names of job queues.
pub(crate) const MAX_WORK_QUEUES: usize = 64;

/// Binding key that matches every event.
const ALL_EVENTS: &str = "job.#";

const HINT_KEY_PREFIX: &str = "work.";

/// Idle time after which the broker deletes a work queue other than the default one: clients choose their names.
const WORK_QUEUE_EXPIRY_MS: i32 = 60 * 60 * 1_000;

/// Time after which an unconsumed hint moves to the default work queue: a worker that has just started does not know all
/// job queues yet.
const HINT_FALLBACK_MS: i32 = 500;

/// Returns the routing key of hints for a job queue.
pub(crate) fn hint_key(queue: &str) -> String {
    format!("{HINT_KEY_PREFIX}{queue}")
}

pub(crate) fn is_hint_key(routing_key: &str) -> bool {
    routing_key.starts_with(HINT_KEY_PREFIX)
}

/// Returns the name of a job queue's work queue.
pub(crate) fn work_queue_name(queue: &str) -> String {
    format!("jobs.{queue}")
}

/// Declares what every process uses: the exchanges, and the queue for quarantined messages.
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
    declare_durable_queue(channel, DEAD_LETTERS, durable_arguments(config.queue_type)).await?;
    bind(channel, DEAD_LETTERS, DEAD_LETTERS, "").await
}

/// Returns `true` if a process has declared the queue for quarantined messages. An error closes the channel.
pub(crate) async fn is_declared(channel: &Channel) -> lapin::Result<bool> {
    let passive = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::default()
    };
    let found = channel
        .queue_declare(DEAD_LETTERS.into(), passive, FieldTable::default())
        .await;
    match found {
        Ok(_) => Ok(true),
        Err(error) if is_protocol_error(&error, NOT_FOUND) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns `true` if the queue for quarantined messages, which exists, is durable and of the configured type. An error closes
/// the channel.
///
/// AMQP compares the properties of a queue only when it is declared, which has no effect on one that exists. If the queue is
/// deleted just before, it is created as the roles would create it.
pub(crate) async fn is_durable(channel: &Channel, config: &BrokerConfig) -> lapin::Result<bool> {
    let arguments = durable_arguments(config.queue_type);
    match declare_durable_queue(channel, DEAD_LETTERS, arguments).await {
        Ok(_) => Ok(true),
        Err(error) if is_protocol_error(&error, PRECONDITION_FAILED) => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_protocol_error(error: &lapin::Error, code: u16) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(error) if error.get_id() == code)
}

/// Declares a queue for each kind of message that publishers send, so that every message has a route.
pub(crate) async fn declare_destinations(
    channel: &Channel,
    config: &BrokerConfig,
) -> lapin::Result<()> {
    let arguments = shared_queue_arguments(config);
    declare_durable_queue(channel, METRICS_ENGINE_QUEUE, arguments).await?;
    bind(channel, METRICS_ENGINE_QUEUE, EXCHANGE, ALL_EVENTS).await?;
    declare_work_queue(channel, config, DEFAULT_QUEUE).await
}

/// Declares the work queue of a job queue.
pub(crate) async fn declare_work_queue(
    channel: &Channel,
    config: &BrokerConfig,
    queue: &str,
) -> lapin::Result<()> {
    let name = work_queue_name(queue);
    let mut arguments = bounded_arguments(config, config.hint_bytes);
    if queue != DEFAULT_QUEUE {
        let expiry = AMQPValue::LongInt(WORK_QUEUE_EXPIRY_MS);
        insert(&mut arguments, "x-expires", expiry);
        fall_back_to_default_queue(&mut arguments);
    }
    declare_durable_queue(channel, &name, arguments).await?;
    bind(channel, &name, EXCHANGE, &hint_key(queue)).await
}

/// Makes unconsumed hints move to the default work queue, from which every worker consumes.
fn fall_back_to_default_queue(arguments: &mut FieldTable) {
    let text = |value: &str| AMQPValue::LongString(value.into());
    let time_to_live = AMQPValue::LongInt(HINT_FALLBACK_MS);
    insert(arguments, "x-message-ttl", time_to_live);
    insert(arguments, "x-dead-letter-exchange", text(EXCHANGE));
    let key = hint_key(DEFAULT_QUEUE);
    insert(arguments, "x-dead-letter-routing-key", text(&key));
}

/// Declares the queue from which this process consumes events.
pub(crate) async fn declare_event_queue(
    channel: &Channel,
    config: &BrokerConfig,
    queue: &EventQueue,
) -> lapin::Result<()> {
    match queue {
        EventQueue::Shared(name) => {
            let arguments = shared_queue_arguments(config);
            declare_durable_queue(channel, name, arguments).await?;
        }
        EventQueue::Exclusive(name) => {
            let options = QueueDeclareOptions {
                exclusive: true,
                auto_delete: true,
                ..QueueDeclareOptions::default()
            };
            let mut arguments = FieldTable::default();
            limit_length(&mut arguments, config.event_bytes);
            channel
                .queue_declare(name.as_str().into(), options, arguments)
                .await?;
        }
    }
    bind(channel, queue.name(), EXCHANGE, ALL_EVENTS).await
}

/// Returns `true` if a process consumes from a shared event queue. Declares the queue if it does not exist.
pub(crate) async fn has_consumer(
    channel: &Channel,
    config: &BrokerConfig,
    queue: &str,
) -> lapin::Result<bool> {
    let arguments = shared_queue_arguments(config);
    let queue = declare_durable_queue(channel, queue, arguments).await?;
    Ok(queue.consumer_count() > 0)
}

async fn declare_durable_queue(
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

fn durable_arguments(queue_type: QueueType) -> FieldTable {
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

/// Keeps a queue without consumers from filling the broker's disk.
fn limit_length(arguments: &mut FieldTable, bytes: u32) {
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

/// Arguments of a durable queue whose messages may be lost. The broker drops messages beyond the length and delivery limits
/// without quarantining them; consumers quarantine those that are invalid.
fn bounded_arguments(config: &BrokerConfig, bytes: u32) -> FieldTable {
    let mut arguments = durable_arguments(config.queue_type);
    limit_length(&mut arguments, bytes);
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

/// Arguments of a shared event queue. It serves one consumer at a time, which keeps its messages in order.
fn shared_queue_arguments(config: &BrokerConfig) -> FieldTable {
    let mut arguments = bounded_arguments(config, config.event_bytes);
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
