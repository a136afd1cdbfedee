//! Queries, on read-only connections.

mod attempt_log;
mod event;
mod job;
mod list;
mod list_conditions;
mod list_index;
mod log;
mod pool;
mod queue;

pub(crate) use attempt_log::attempt_log;
pub(crate) use job::{job, unknown};
pub(crate) use list::jobs;
pub(crate) use log::{head, history, query, read_after, replay};
pub(crate) use pool::ReaderPool;
pub(crate) use queue::{count_dead_letters, queue_depths, waiting_behind, workers};
