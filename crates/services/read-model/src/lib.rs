//! The one query API for every interface: overview, jobs, events, the live stream, alerts, figures and
//! explanations.
//!
//! It reads through the ports of `odd-core` and changes nothing. It must not know any adapter, any other
//! service beyond its health, nor any environment variable.
//!
//! Entry point: [`ReadModel`].

mod config;
mod error;
mod explain;
mod figures;
mod freshness;
mod query;
mod routes;
mod service;
mod sources;
mod state;
mod stream;

pub use config::{Config, ServiceEndpoint};
pub use error::Error;
pub use service::{OPENAPI, Ports, ReadModel};
