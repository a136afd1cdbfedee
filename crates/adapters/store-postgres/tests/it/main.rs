//! The store against a real PostgreSQL.

mod abandoned;
mod conformance;
mod event_rows;
mod keys;
mod leading;
mod lists;
mod nobody;
mod tls;
