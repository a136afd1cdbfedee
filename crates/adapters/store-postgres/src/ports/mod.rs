//! The ports, each in a file, as thin fronts of [`write`](crate::write) and [`read`](crate::read).

mod log;
mod outbox;
mod reader;
mod store;
