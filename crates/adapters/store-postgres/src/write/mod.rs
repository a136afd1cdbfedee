//! The operations that change the store. Most are one transaction, which may run again after a conflict with another one.
//! Claiming and pruning commit several; promoting queries the next due time after its commit.

mod attempt;
mod claim;
mod command;
mod conflict;
mod created_jobs;
mod dedup_index;
mod leases;
mod locked;
mod outbox;
mod progress;
mod promote;
mod prune;
mod quarantine;
mod submit;
mod submit_columns;
mod submitter;
mod worker;

pub(crate) use attempt::{expire, finish};
pub(crate) use claim::claim;
pub(crate) use command::{cancel, drop_dead_letter, retry};
pub(crate) use conflict::with_retries;
pub(crate) use leases::renew;
pub(crate) use outbox::{count_unpublished, mark_published, oldest_unpublished, unpublished};
pub(crate) use progress::{append_log, record_progress};
pub(crate) use promote::promote;
pub(crate) use prune::prune;
pub(crate) use quarantine::quarantine;
pub(crate) use submitter::Submitter;
pub(crate) use worker::{record_worker, remove_worker};
