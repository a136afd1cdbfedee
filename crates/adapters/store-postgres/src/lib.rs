//! The authoritative [`JobStore`](odd_core::ports::JobStore) on PostgreSQL 15 or newer, with its
//! [`JobReader`](odd_core::ports::JobReader) and [`EventLog`](odd_core::ports::EventLog).
//!
//! A change locks the rows of its jobs, lets the rules of `odd-core` decide, and writes the jobs and their events in one
//! pipeline of statements that ends with the commit. Concurrent submissions share a transaction. Positions in the log
//! are assigned under an advisory lock that is held until the commit, so readers see them in commit order
//! (`migrations/0001_initial.sql`). Time is the server's.
//!
//! The crate must not know the broker: a publisher receives committed entries through an
//! [`EventSink`](odd_core::ports::EventSink), and reads entries that a crash left unpublished through
//! [`Outbox`](odd_core::ports::Outbox). It needs a Tokio runtime.
//!
//! Entry point: [`PostgresStore::connect`]; [`inspect()`] for checks of a server.

mod change_set;
mod codec;
mod columns;
mod config;
mod connect;
mod error;
mod fill_failures;
mod inspect;
mod leader;
mod listener;
mod locks;
mod migrate;
mod packed;
mod partitions;
mod ports;
mod process_clock;
mod producers;
mod read;
mod row;
mod server_time;
mod shared;
mod signals;
mod store;
mod transaction;
mod write;

pub use config::PostgresConfig;
pub use inspect::{PostgresInspection, inspect};
pub use store::PostgresStore;
