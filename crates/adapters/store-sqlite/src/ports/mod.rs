//! The ports, one file each. They pass calls to [`write`](crate::write) and [`read`](crate::read).

mod log;
mod reader;
mod statistics;
mod store;
