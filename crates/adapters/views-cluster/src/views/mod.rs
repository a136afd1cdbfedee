//! Views on Redis.
//!
//! All keys start with the prefix in braces, so that a Redis Cluster keeps them on one node, which is the one to connect
//! to. `current` names the generation that is read; `rebuilding` is a lock and names the generation being built;
//! `generations` is the set of all generations that may have keys. A generation has `counts` (counts, position and time of
//! the last event in one hash, so that none of them can be lost without the others), `index` (the seconds at which buckets
//! start) and `bucket:<second>` (a hash for the buckets of all job types).

mod apply;
mod cluster_views;
mod config;
mod connection;
mod delta;
mod error;
mod fields;
mod generations;
mod inspect;
mod keys;
mod read;
mod rebuild;
mod repair;
mod scripts;
mod state;

pub use cluster_views::ClusterViews;
pub use config::RedisConfig;
pub use inspect::{RedisInspection, inspect};
pub use rebuild::RebuildReport;
