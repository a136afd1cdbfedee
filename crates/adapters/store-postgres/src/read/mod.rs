//! Every question to the store.

mod job;
mod list;
mod log;
mod log_page;
mod log_rows;
mod pruned;
mod queue;

use odd_core::ports::Position;

pub(crate) use job::{job, unknown};
pub(crate) use list::jobs;
pub(crate) use log::{head, read_after, replay};
pub(crate) use log_page::{history, query};
pub(crate) use pruned::PrunedJobs;
pub(crate) use queue::{queue_depths, waiting_behind, workers};

/// A position as columns have it.
pub(crate) fn number(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

/// Undoes [`number`].
pub(crate) fn position(number: i64) -> Position {
    Position(u64::try_from(number).unwrap_or(0))
}
