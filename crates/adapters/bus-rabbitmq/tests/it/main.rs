//! The bus against a real RabbitMQ, carrying the commits of a real PostgreSQL.

mod acknowledging;
mod bad_events;
mod bad_hints;
mod bounds;
mod broker;
mod conformance;
mod contract;
mod disorder;
mod hints;
mod outbox_relay;
mod permissions;
mod rig;
mod tls;
