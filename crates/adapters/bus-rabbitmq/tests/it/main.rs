//! The bus on a real RabbitMQ, with commits of a real PostgreSQL.

mod acknowledgement;
mod bad_events;
mod bad_hints;
mod broker;
mod conformance;
mod contract;
mod fixture;
mod hints;
mod inspection;
mod outbox_relay;
mod permissions;
mod queue_limits;
mod reordering;
mod tls;
