//! Builders, private stores and the conformance suites. Used only as a dev-dependency.
//!
//! Entry points: [`sqlite_store`] for a private store, [`ManualClock`] for a clock that the test controls,
//! [`conformance`] for the suites that every adapter passes, [`otlp`] for a collector of traces, [`ApiContract`] to check a service against its OpenAPI
//! document.

mod alert_book;
mod api_contract;
pub mod build;
mod clock;
pub mod conformance;
mod event_schema;
mod follow;
pub mod http;
mod interrupted_replay;
pub mod otlp;
mod postgres;
mod rabbitmq;
mod sqlite;
mod trust;
mod watched_store;

pub use alert_book::{TestAlertBook, alert_book, alert_book_of, unwritable_alert_book};
pub use api_contract::ApiContract;
pub use clock::ManualClock;
pub use follow::{PATIENCE, event_of, follow_until};
pub use interrupted_replay::InterruptedReplay;
pub use postgres::{
    PostgresStore, postgres_database, postgres_fixture, postgres_fixture_of, postgres_store_at,
    postgres_store_with,
};
pub use rabbitmq::{rabbitmq_fixture, rabbitmq_host};
pub use sqlite::{TestStore, producers, sqlite_store, sqlite_store_with};
pub use trust::trusting;
pub use watched_store::{QuarantinedMessage, WatchedStore};

/// Private real servers for tests of adapters.
pub use odd_private_servers as private_servers;
