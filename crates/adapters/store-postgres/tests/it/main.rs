//! The store against a real PostgreSQL.

mod conformance;
mod event_rows;
mod keys;
mod leading;
mod nobody;
mod tls;
