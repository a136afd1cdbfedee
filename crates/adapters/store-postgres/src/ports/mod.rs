//! Implementations of the ports, which delegate to [`write`](crate::write) and [`read`](crate::read).

mod log;
mod outbox;
mod reader;
mod statistics;
mod store;
