//! Every change of the store. Each function is one transaction; it may run again when it met another one in its way.

mod attempt;
mod claim;
mod command;
mod due;
mod leases;
mod outbox;
mod park;
mod prune;
mod speech;
mod standing;
mod submit;
mod submit_columns;
mod submitter;
mod worker;

use crate::error::DbResult;

pub(crate) use attempt::{expire, finish};
pub(crate) use claim::claim;
pub(crate) use command::{cancel, drop_dead_letter, retry};
pub(crate) use due::promote;
pub(crate) use leases::renew;
pub(crate) use outbox::{mark_published, unpublished};
pub(crate) use park::park;
pub(crate) use prune::prune;
pub(crate) use speech::{append_log, record_progress};
pub(crate) use submitter::Submitter;
pub(crate) use worker::record_worker;

/// Tries of one transaction that meets others in its way.
const TRIES: usize = 8;

/// Runs `work` again as long as it meets other transactions in its way, a bounded number of times.
pub(crate) async fn with_retries<T, R>(work: impl Fn() -> R) -> DbResult<T>
where
    R: Future<Output = DbResult<T>>,
{
    for _ in 1..TRIES {
        match work().await {
            Err(error) if error.is_conflict() => {
                tracing::debug!(%error, "trying a transaction again")
            }
            outcome => return outcome,
        }
    }
    work().await
}
