//! The archive on MongoDB, or on a server that implements its protocol.
//!
//! It has three collections: `events` (each event once, by its id), `jobs` (a projection of them, one document per job) and
//! `state` (the position). Only commands that both MongoDB 5 and FerretDB 1.24 support are used. On a server without expiry
//! by age, a warning is logged and nothing expires.

mod cluster_archive;
mod config;
mod connection;
mod digest;
mod error;
mod event_document;
mod indexes;
mod job_document;
mod job_filter;
mod job_projection;
mod read;
mod write;

pub use cluster_archive::ClusterArchive;
pub use config::MongoConfig;

const EVENTS: &str = "events";
const JOBS: &str = "jobs";
const STATE: &str = "state";
