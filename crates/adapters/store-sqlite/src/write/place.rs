//! Where a job stands beside its row: each status has a table that answers the question asked of jobs in it.

use odd_contracts::{JobStatus, JobType, QueueName, Timestamp};
use rusqlite::params;

use super::ranges::ReadyRange;
use super::session::Session;
use super::{DbResult, expect_rows};
use crate::codec::status_column;

/// The entry of a job in the table of its status.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// PENDING: in line for a worker.
    Ready {
        job_type: &'a JobType,
        queue: &'a QueueName,
        priority: i32,
        ready_at: Timestamp,
    },
    /// SCHEDULED or RETRYING: waits for a time.
    Delayed { run_at: Timestamp },
    /// FAILED or CANCELLED.
    Unsuccessful { status: JobStatus },
    /// EXECUTING: the leases know (leases.rs). COMPLETED: nothing is asked of it.
    Nowhere,
}

impl Place<'_> {
    /// Puts the job in row `job` here.
    pub(super) fn enter(self, session: &mut Session<'_, '_>, job: i64) -> DbResult<()> {
        let written = match self {
            Self::Ready {
                job_type,
                queue,
                priority,
                ready_at,
            } => {
                let range = ready_range(job_type, queue, priority, ready_at, job);
                return session.enter_ready(range);
            }
            Self::Delayed { run_at } => {
                session.note_due(run_at);
                session.change(
                    "INSERT INTO delayed (run_at, job) VALUES (?1, ?2)",
                    params![run_at.as_micros(), job],
                )
            }
            Self::Unsuccessful { status } => session.change(
                "INSERT INTO unsuccessful (status, job) VALUES (?1, ?2)",
                params![status_column(status), job],
            ),
            Self::Nowhere => Ok(1),
        };
        written.map(drop)
    }

    /// Takes the job in row `job` from here.
    pub(super) fn leave(self, session: &Session<'_, '_>, job: i64) -> DbResult<()> {
        let written = match self {
            Self::Ready {
                job_type,
                queue,
                priority,
                ready_at,
            } => {
                return ready_range(job_type, queue, priority, ready_at, job)
                    .take_out(session, job);
            }
            Self::Delayed { run_at } => session.change(
                "DELETE FROM delayed WHERE run_at = ?1 AND job = ?2",
                params![run_at.as_micros(), job],
            ),
            Self::Unsuccessful { status } => session.change(
                "DELETE FROM unsuccessful WHERE status = ?1 AND job = ?2",
                params![status_column(status), job],
            ),
            Self::Nowhere => Ok(1),
        };
        expect_rows(written?, 1)
    }
}

fn ready_range(
    job_type: &JobType,
    queue: &QueueName,
    priority: i32,
    ready_at: Timestamp,
    job: i64,
) -> ReadyRange {
    ReadyRange {
        job_type: job_type.clone(),
        queue: queue.clone(),
        priority,
        ready_at,
        first: job,
        last: job,
    }
}

/// Gives up the key that the job in row `job` carried while it was unfinished.
pub(super) fn release_unique_key(
    session: &Session<'_, '_>,
    key: Option<&str>,
    job: i64,
) -> DbResult<()> {
    match key {
        Some(key) => session
            .change(
                "DELETE FROM unique_keys WHERE unique_key = ?1 AND job = ?2",
                params![key, job],
            )
            .map(drop),
        None => Ok(()),
    }
}
