//! The role that accepts jobs and commands over HTTP.
//!
//! A request is parsed strictly, validated against the contract and by the handler of its type, and passed to the
//! store; a 2xx means that the store has committed it. This crate does not depend on any store, on the bus or on the
//! views.
//!
//! Entry point: [`Gateway`].

mod admission;
mod answers;
mod commands;
mod dead_letters;
mod gateway;
mod idempotency;
mod job_creation;
mod job_path;
mod metrics;
mod problems;
mod read_job;
mod state;
mod submit;
mod submit_batch;

pub use gateway::{Config, Dependencies, Gateway, OPENAPI};
