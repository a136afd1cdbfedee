//! Views on Redis.
//!
//! All keys start with the prefix in braces, so that a Redis Cluster keeps them on one node, which is the one to connect
//! to. `current.<format>` names the generation that is read; `rebuilding.<format>` is a lock and names the generation being
//! built; `generations.<format>` is the set of all generations that may have keys. A generation has `counts` (counts, position
//! and time of the last event in one hash, so that none of them can be lost without the others), `index` (the seconds at
//! which buckets start), `bucket:<second>` (a hash for the buckets of all job types), `slices` (the seconds at which slices of
//! the failures start) and `slice:<second>` (a hash for the kinds of failure of a slice).
//!
//! Versions with different formats have generations of their own, so that they can run at the same time.

mod apply;
mod cluster_views;
mod config;
mod connection;
mod delta;
mod error;
mod failures;
mod fields;
mod generations;
mod inspect;
mod keys;
mod read;
mod rebuild;
mod repair;
mod retire;
mod scripts;
mod slice_fields;
mod state;

pub use cluster_views::ClusterViews;
pub use config::RedisConfig;
pub use inspect::{RedisInspection, inspect};
pub use rebuild::RebuildReport;
