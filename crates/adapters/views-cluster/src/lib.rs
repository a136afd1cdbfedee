//! [`Views`](odd_core::ports::Views) on Redis.
//!
//! Everything kept here is a fold over the event log and can be thrown away: it is made anew, with an equal digest,
//! while it stays in use. The crate must not know the store behind the log.
//!
//! Entry points: [`ClusterViews::open_over`] for those who fold, [`ClusterViews::connect`] for those who read.

mod config;
mod error;
mod views;

pub use config::RedisConfig;
pub use views::ClusterViews;
