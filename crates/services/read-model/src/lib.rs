//! The query API of all interfaces: overview, jobs, events, the live stream, alerts, figures and explanations.
//!
//! It reads through the ports of `odd-core` and changes nothing. It must not know any adapter, any environment variable, nor
//! more about other services than their health.
//!
//! Entry point: [`ReadModel`].

mod config;
mod error;
mod explain;
mod figures;
mod freshness;
mod health;
mod history;
mod integrity;
mod ports;
mod position_poller;
mod query;
mod queue_sampler;
mod routes;
mod service;
mod sources;
mod state;
mod stream;

pub use config::{Config, ServiceEndpoint};
pub use error::Error;
pub use ports::Ports;
pub use service::{OPENAPI, ReadModel};
