//! RabbitMQ between the processes of a distributed observatory.
//!
//! The store is the truth and keeps the log; the broker carries what was committed to whoever waits for it, and may lose
//! all of it: [`Sweeper`] publishes what the outbox still holds, [`Intake`] fills gaps from the log, and claims look for
//! ready jobs by themselves now and then. The crate must not know which store that is.
//!
//! Entry points: [`Publisher`], handed to the store as its sink, with [`Sweeper`] beside it; [`Intake`], which tells a
//! sink of everything that any process committed, in the order of the log; [`NotifiedWorkQueue`], a work queue whose claims wake when
//! another process made jobs ready.

mod config;
mod connection;
mod desk;
mod intake;
mod notified_work_queue;
mod order;
mod parking;
mod publisher;
mod sender;
mod sweeper;
mod tls;
mod topology;
mod unknown;
mod wire;
mod work;

pub use config::{BrokerConfig, EventQueue, QueueType};
pub use connection::Health;
pub use intake::Intake;
pub use notified_work_queue::NotifiedWorkQueue;
pub use publisher::{Publisher, PublisherTask};
pub use sweeper::Sweeper;
