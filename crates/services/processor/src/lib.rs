//! The role that runs jobs: it claims them, runs their handlers under leases, and records the results. It also runs the
//! maintainer, which promotes due jobs, expires leases and removes old jobs.
//!
//! It must not know which store is behind the ports, nor any other service.
//!
//! Entry point: [`Processor`].

mod admission;
mod attempt;
mod attempt_trace;
mod claim_size;
mod claimer;
mod config;
mod context;
mod leases;
mod maintainer;
mod metrics;
mod metrics_grouped;
mod objectives;
mod processor;
mod recorder;
mod registration;
mod renewal;
mod throttle;

pub use config::Config;
pub use objectives::Objective;
pub use processor::{Error, OPENAPI, Ports, Processor};
