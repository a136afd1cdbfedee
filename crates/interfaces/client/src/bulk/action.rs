use odd_contracts::{JobId, JobStatus};

use super::BulkOutcome;
use crate::{Client, ClientError, JobsQuery};

/// What is done to each job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkAction {
    /// Cancel waiting jobs, and ask running ones to stop.
    Cancel,
    /// Run FAILED and CANCELLED jobs again.
    Retry,
    /// Run dead letters again.
    Replay,
    /// Remove dead letters.
    Drop,
}

impl BulkAction {
    /// Returns `true` if the action can have an effect on jobs in this status.
    pub const fn applies_to(self, status: JobStatus) -> bool {
        match self {
            Self::Cancel => !status.is_terminal(),
            Self::Retry => matches!(status, JobStatus::Failed | JobStatus::Cancelled),
            Self::Replay | Self::Drop => matches!(status, JobStatus::Failed),
        }
    }

    /// Narrows a query to the jobs that the action applies to. Returns `false` if there are none, because the query is for other
    /// statuses; then the query is not changed.
    pub fn narrow(self, query: &mut JobsQuery) -> bool {
        let is_wanted = |status: &JobStatus| {
            self.applies_to(*status)
                && (query.statuses.is_empty() || query.statuses.contains(status))
        };
        let statuses: Vec<JobStatus> = JobStatus::ALL.into_iter().filter(is_wanted).collect();
        if statuses.is_empty() {
            return false;
        }
        query.statuses = statuses;
        true
    }

    pub(super) async fn send(self, client: &Client, id: JobId) -> Result<BulkOutcome, ClientError> {
        let job = match self {
            Self::Cancel => client.cancel(id).await?,
            Self::Retry => client.retry(id).await?,
            Self::Replay => client.replay_dead_letter(id).await?,
            Self::Drop => {
                client.drop_dead_letter(id).await?;
                return Ok(BulkOutcome::Dropped);
            }
        };
        Ok(BulkOutcome::Changed(Box::new(job)))
    }
}
