//! The role that follows every lifecycle event, checks it against its contract, and folds it into the views.
//!
//! It must not know which bus, views or store are behind the ports, nor any other service.
//!
//! Entry point: [`MetricsEngine`].

mod archivist;
mod config;
mod consumer;
mod engine;
mod lag;
mod metrics;
mod queues;

pub use config::Config;
pub use engine::{Error, MetricsEngine, OPENAPI, Ports};
