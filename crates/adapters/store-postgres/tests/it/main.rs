//! Tests of the store on a real PostgreSQL server.

mod abandoned;
mod backup;
mod conformance;
mod event_rows;
mod inconsistent_rows;
mod inspection;
mod keys;
mod leadership;
mod lists;
mod null_sink;
mod outbox;
mod server_time;
mod session;
mod tls;
mod upgrade;
