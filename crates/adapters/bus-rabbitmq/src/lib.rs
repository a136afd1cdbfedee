//! RabbitMQ between the processes of a distributed observatory.
//!
//! The store is the truth and keeps the log; the broker carries what was committed to whoever waits for it, and may lose
//! all of it: [`OutboxRelay`] publishes what the outbox still holds, [`EventConsumer`] fills gaps from the log, and claims look for
//! ready jobs by themselves now and then. The crate must not know which store that is.
//!
//! Entry points: [`Publisher`], handed to the store as its sink, with [`OutboxRelay`] beside it; [`EventConsumer`], which tells a
//! sink of everything that any process committed, in the order of the log; [`NotifiedWorkQueue`], a work queue whose claims wake when
//! another process made jobs ready.

mod config;
mod connection;
mod event_consumer;
mod hint_check;
mod hint_consumer;
mod notified_work_queue;
mod outbox_relay;
mod publisher;
mod quarantine;
mod reorder_buffer;
mod sender;
mod tls;
mod topology;
mod wire;
mod work_coordinator;

pub use config::{BrokerConfig, EventQueue, QueueType};
pub use connection::Health;
pub use event_consumer::EventConsumer;
pub use notified_work_queue::NotifiedWorkQueue;
pub use outbox_relay::OutboxRelay;
pub use publisher::{Publisher, PublisherTask};
