//! The role that accepts jobs and commands over HTTP.
//!
//! A request is parsed strictly, checked against the contract, checked by the handler of its type, and handed
//! to the store; a 2xx means that the store has committed it. This crate must not know which store stands
//! behind the ports, nor anything of the bus and the views.
//!
//! Entry point: [`Gateway`].

mod admission;
mod answers;
mod commands;
mod dead_letters;
mod gateway;
mod idempotency;
mod job_path;
mod metrics;
mod problems;
mod read_job;
mod submit;
mod submit_batch;

pub use gateway::{Config, Dependencies, Gateway, OPENAPI};
