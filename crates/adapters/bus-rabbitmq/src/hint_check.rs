//! Verifies against the store that the jobs named by hints exist.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use lapin::message::Delivery;
use odd_contracts::{FieldError, JobId, ReadyJobs};
use odd_core::ports::{ErrorChain, JobReader};

const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// A hint that was delivered to this process and is not acknowledged yet.
pub(crate) struct PendingHint {
    /// Sequence number of the hint within this process.
    pub(crate) number: u64,
    pub(crate) ready: ReadyJobs,
    pub(crate) delivery: Delivery,
}

impl PendingHint {
    /// Returns the ids of the jobs that it names.
    pub(crate) fn jobs(&self) -> impl Iterator<Item = JobId> {
        self.ready.jobs.iter().map(|job| job.job_id)
    }

    /// Returns an error for each job of the hint that is among `unknown`.
    pub(crate) fn errors(&self, unknown: &HashSet<JobId>) -> Vec<FieldError> {
        let jobs = self.jobs().enumerate();
        jobs.filter(|(_, job)| unknown.contains(job))
            .map(|(index, _)| FieldError {
                pointer: format!("/payload/jobs/{index}/jobId"),
                message: "names a job that the store does not know".to_owned(),
            })
            .collect()
    }
}

/// Hints, and those of their jobs that the store does not know.
pub(crate) struct CheckedHints {
    pub(crate) hints: Vec<PendingHint>,
    pub(crate) unknown: HashSet<JobId>,
}

/// Queries the store for `jobs`, which `hints` name. Retries until the store answers.
pub(crate) async fn check_hints(
    reader: Arc<dyn JobReader>,
    jobs: Vec<JobId>,
    hints: Vec<PendingHint>,
) -> CheckedHints {
    loop {
        match reader.unknown(&jobs).await {
            Ok(unknown) => {
                let unknown = unknown.into_iter().collect();
                return CheckedHints { hints, unknown };
            }
            Err(error) => {
                tracing::warn!(
                    error = %ErrorChain(&error),
                    "jobs of hints could not be looked up; retrying"
                );
                tokio::time::sleep(RETRY_PAUSE).await;
            }
        }
    }
}
