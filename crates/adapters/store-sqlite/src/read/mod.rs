//! Queries, on read-only connections.

mod attempt_log;
mod event;
mod failures;
mod job;
mod list;
mod list_conditions;
mod list_index;
mod log;
mod pool;
mod queue;
mod totals;
mod worker;

pub(crate) use attempt_log::attempt_log;
pub(crate) use failures::count_failed;
pub(crate) use job::{job, unknown};
pub(crate) use list::jobs;
pub(crate) use log::{head, history, query, read_after, replay};
pub(crate) use pool::ReaderPool;
pub(crate) use queue::{count_dead_letters, queue_depths, waiting_behind};
pub(crate) use totals::totals;
pub(crate) use worker::workers;
