//! The authoritative [`JobStore`](odd_core::ports::JobStore) on PostgreSQL 15 or newer, with its
//! [`JobReader`](odd_core::ports::JobReader) and [`EventLog`](odd_core::ports::EventLog).
//!
//! A change locks the rows of its jobs, is decided in this process by the rules of `odd-core`, and is written with its
//! events in one flight of pipelined statements that ends with the commit. Submissions of concurrent callers share a
//! transaction. Positions in the log are given out under an advisory lock that is held until the commit, so the log is
//! read in commit order (`migrations/0001_initial.sql`). Time is the server's.
//!
//! The crate must not know the broker: whoever publishes gets committed entries through an
//! [`EventSink`](odd_core::ports::EventSink), and reads what a crash left behind through
//! [`Outbox`](odd_core::ports::Outbox). It needs a Tokio runtime.
//!
//! Entry point: [`PostgresStore::connect`].

mod change_set;
mod codec;
mod columns;
mod config;
mod connect;
mod error;
mod leader;
mod listener;
mod locks;
mod migrate;
mod options;
mod packed;
mod ports;
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
pub use store::PostgresStore;
