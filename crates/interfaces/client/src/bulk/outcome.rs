use odd_contracts::{Job, JobId, Problem};

use crate::ClientError;

/// What happened to one job.
#[derive(Debug)]
pub struct BulkResult {
    /// The job.
    pub id: JobId,
    /// What happened.
    pub outcome: BulkOutcome,
}

/// How a command about one job ended.
#[derive(Debug)]
pub enum BulkOutcome {
    /// The job was changed.
    Changed(Box<Job>),
    /// The dead letter was removed.
    Dropped,
    /// The status of the job did not allow it any more, for example because the job had finished meanwhile.
    Conflict(Box<Problem>),
    /// The job does not exist any more.
    Missing,
    /// The command failed.
    Failed(ClientError),
    /// The command was not sent, because an earlier one failed in a way that affects all.
    Skipped,
}

/// How many commands ended in each way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BulkSummary {
    /// Jobs that were changed, and dead letters that were removed.
    pub changed: usize,
    /// Jobs whose status did not allow it any more.
    pub conflicts: usize,
    /// Jobs that do not exist any more.
    pub missing: usize,
    /// Commands that failed.
    pub failed: usize,
    /// Commands that were not sent.
    pub skipped: usize,
}

impl BulkSummary {
    /// Counts one more result.
    pub(super) fn add(&mut self, outcome: &BulkOutcome) {
        let count = match outcome {
            BulkOutcome::Changed(_) | BulkOutcome::Dropped => &mut self.changed,
            BulkOutcome::Conflict(_) => &mut self.conflicts,
            BulkOutcome::Missing => &mut self.missing,
            BulkOutcome::Failed(_) => &mut self.failed,
            BulkOutcome::Skipped => &mut self.skipped,
        };
        *count += 1;
    }

    /// Returns the number of results.
    pub const fn total(self) -> usize {
        self.changed + self.conflicts + self.missing + self.failed + self.skipped
    }
}
