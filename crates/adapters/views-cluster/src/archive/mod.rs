//! The archive on MongoDB, or on a server that speaks its protocol.
//!
//! Three collections: `events` (each once, by its id), `jobs` (what they tell of each job), `state` (the position).
//! Only commands are used that MongoDB 5 and FerretDB 1.24 both have; where expiry by age is not known, that is
//! logged and left out.

mod cluster_archive;
mod config;
mod digest;
mod error;
mod event_document;
mod indexes;
mod job_document;
mod job_news;
mod keep;
mod read;
mod server;

pub use cluster_archive::ClusterArchive;
pub use config::MongoConfig;

const EVENTS: &str = "events";
const JOBS: &str = "jobs";
const STATE: &str = "state";
