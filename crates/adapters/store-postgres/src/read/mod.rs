//! The queries of the store.

mod attempt_log;
mod failures;
mod job;
mod list;
mod list_filter;
mod list_scan;
mod log;
mod log_page;
mod log_rows;
mod pruned;
mod queue;
mod search;
mod snapshot;
mod totals;
mod values;
mod worker;

pub(crate) use attempt_log::attempt_log;
pub(crate) use failures::count_failed;
pub(crate) use job::{job, unknown};
pub(crate) use list::jobs;
pub(crate) use log::{head, read_after, replay};
pub(crate) use log_page::{history, query};
pub(crate) use pruned::PrunedJobs;
pub(crate) use queue::{count_dead_letters, lease_end, queue_depths, waiting_behind};
pub(crate) use totals::totals;
pub(crate) use worker::{running_attempts, workers};
