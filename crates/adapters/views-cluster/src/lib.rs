//! [`Views`](odd_core::ports::Views) on Redis and the [`Archive`](odd_core::ports::Archive) of events on MongoDB.
//!
//! Everything kept here is a fold over the event log and can be thrown away: views are made anew, with an equal
//! digest, while they stay in use; an archive is filled again by following the log. The crate must not know the
//! store behind the log.
//!
//! Entry points: [`ClusterViews::open_over`] for those who fold, [`ClusterViews::of_others`] for those who read,
//! [`ClusterArchive::connect`] for both.

mod archive;
mod views;

pub use archive::{ClusterArchive, MongoConfig};
pub use views::{ClusterViews, Rebuilt, RedisConfig};
