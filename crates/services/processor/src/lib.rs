//! The role that runs jobs: claims them, runs their handlers under leases, records how they ended. Beside it
//! the maintainer: due jobs, expired leases, retention.
//!
//! It must not know which store is behind the ports, nor any other service.
//!
//! Entry point: [`Processor`].

mod attempt;
mod backlog;
mod claims;
mod config;
mod environment;
mod leases;
mod maintainer;
mod metrics;
mod processor;
mod settler;

pub use config::Config;
pub use processor::{Error, OPENAPI, Ports, Processor};
