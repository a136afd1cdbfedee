//! Views on Redis.
//!
//! All keys begin with the prefix in braces, so that a Redis Cluster keeps them on one node, which is the one to
//! connect to. `current` names the generation that is read; `rebuilding` is a lock and names the one being made;
//! `generations` are all that may have keys. A generation has `counts` (counts, position, time of the last event in one
//! hash, so that none of them can be lost without the others), `index` (the seconds at which buckets begin) and
//! `bucket:<second>` (a hash for the buckets of all types).

mod apply;
mod cluster_views;
mod config;
mod delta;
mod error;
mod fields;
mod fresh;
mod keys;
mod mend;
mod read;
mod rebuild;
mod scripts;
mod server;

pub use cluster_views::ClusterViews;
pub use config::RedisConfig;
pub use rebuild::Rebuilt;
