//! [`JobStore`](odd_core::ports::JobStore), [`JobReader`](odd_core::ports::JobReader) and
//! [`EventLog`](odd_core::ports::EventLog) on one SQLite file.
//!
//! One thread owns the only writing connection. Concurrent callers share a transaction: requests that arrive during a
//! commit are part of the next one, so no request waits for a timer, and every `Ok` means synced to disk. Readers have
//! their own connections. The crate must not know any other adapter, nor HTTP.
//!
//! Entry point: [`SqliteStore::open`].

mod codec;
mod columns;
mod config;
mod connection;
mod error;
mod migrate;
mod owner;
mod ports;
mod read;
mod row;
mod running;
mod segment;
mod store;
mod time;
mod write;

pub use config::SqliteConfig;
pub use store::SqliteStore;
