//! [`Views`](odd_core::ports::Views) on Redis and the [`Archive`](odd_core::ports::Archive) of events on MongoDB.
//!
//! All data here is derived from the event log and can be discarded: views are rebuilt with an equal digest while they stay
//! in use, and an archive is filled again by following the log. The crate must not know the store behind the log.
//!
//! Entry points: [`ClusterViews::open_with_log`] for the process that applies events, [`ClusterViews::connect_read_only`]
//! for processes that read, and [`ClusterArchive::connect`] for both.

mod archive;
mod backend;
mod views;

pub use archive::{ClusterArchive, MongoConfig};
pub use views::{
    ClusterViews, RebuildReport, RedisConfig, RedisInspection, inspect as inspect_redis,
};
