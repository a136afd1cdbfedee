//! [`JobStore`](odd_core::ports::JobStore), [`JobReader`](odd_core::ports::JobReader) and
//! [`EventLog`](odd_core::ports::EventLog) on one SQLite file.
//!
//! One writer thread owns the only writing connection. Concurrent callers share a transaction: whatever has
//! arrived while the last commit was under way goes into the next one, so nothing waits for a timer and every
//! `Ok` means fsynced. Readers have their own connections. The crate must not know any other adapter, nor HTTP.
//!
//! Entry point: [`SqliteStore::open`].

mod codec;
mod columns;
mod error;
mod migrate;
mod ports;
mod read;
mod running;
mod segment;
mod store;
mod write;

pub use store::{SqliteConfig, SqliteStore};
