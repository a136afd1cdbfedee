//! RabbitMQ between the processes of a distributed observatory.
//!
//! The store is the source of truth and keeps the log. The broker carries commits to the processes that wait for them, and
//! may lose any message: [`OutboxRelay`] publishes what remains in the outbox, [`EventConsumer`] reads missing entries from
//! the log, and waiting claims poll the store. The crate must not know which store it serves.
//!
//! Entry points:
//! - [`Publisher`] is passed to the store as its sink; [`OutboxRelay`] runs next to it.
//! - [`EventConsumer`] passes everything that any process commits to a sink, in the order of the log.
//! - [`NotifiedWorkQueue`] is a work queue whose claims wake when another process makes jobs ready.

mod config;
mod connection;
mod error;
mod event_consumer;
mod hint_check;
mod hint_consumer;
mod inspect;
mod notified_work_queue;
mod outbox_relay;
mod publish_timer;
mod publisher;
mod quarantine;
mod reorder_buffer;
mod sender;
mod tls;
mod topology;
mod unacknowledged;
mod wire;
mod work_coordinator;

pub use config::{BrokerConfig, EventQueue, QueueType};
pub use connection::Health;
pub use error::BrokerError;
pub use event_consumer::EventConsumer;
pub use inspect::{BrokerInspection, inspect};
pub use notified_work_queue::NotifiedWorkQueue;
pub use outbox_relay::OutboxRelay;
pub use publisher::{Publisher, PublisherTask};
