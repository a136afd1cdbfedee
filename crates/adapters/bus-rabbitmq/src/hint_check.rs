use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use lapin::message::Delivery;
use odd_contracts::{FieldError, JobId, ReadyJobs};
use odd_core::ports::JobReader;

/// A hint in the hands of this process.
pub(crate) struct PendingHint {
    /// Counts the hints that came.
    pub(crate) number: u64,
    pub(crate) ready: ReadyJobs,
    pub(crate) delivery: Delivery,
}

impl PendingHint {
    /// The jobs it names.
    pub(crate) fn jobs(&self) -> impl Iterator<Item = JobId> {
        self.ready.jobs.iter().map(|job| job.job_id)
    }

    /// What is wrong with it when the store does not know these jobs.
    pub(crate) fn errors(&self, unknown: &HashSet<JobId>) -> Vec<FieldError> {
        let named = self.jobs().enumerate();
        named
            .filter(|(_, job)| unknown.contains(job))
            .map(|(index, _)| FieldError {
                pointer: format!("/payload/jobs/{index}/jobId"),
                message: "names a job that the store does not know".to_owned(),
            })
            .collect()
    }
}

/// Hints after the store was asked for their jobs.
pub(crate) struct CheckedHints {
    pub(crate) hints: Vec<PendingHint>,
    pub(crate) unknown: HashSet<JobId>,
}

/// Asks the store which of `jobs`, named by `hints`, it does not know; as often as it takes.
pub(crate) async fn check(
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
                tracing::warn!(%error, "hinted jobs cannot be looked up; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}
