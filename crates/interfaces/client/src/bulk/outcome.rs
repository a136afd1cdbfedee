use odd_contracts::{Job, JobId, Problem, counted};

use super::BulkAction;
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
    /// The job was refused for another reason than its status: another unfinished job has its unique key.
    Refused(Box<Problem>),
    /// The job does not exist any more.
    Missing,
    /// The command failed.
    Failed(ClientError),
    /// The command was not sent, because an earlier one failed in a way that affects all, or the run was ended.
    Skipped,
}

/// How many commands ended in each way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BulkSummary {
    /// Jobs that were changed, and dead letters that were removed.
    pub changed: usize,
    /// Jobs whose status did not allow it any more.
    pub conflicts: usize,
    /// Jobs that were refused for another reason than their status.
    pub refused: usize,
    /// Jobs that do not exist any more.
    pub missing: usize,
    /// Commands that failed.
    pub failed: usize,
    /// Commands that were not sent.
    pub skipped: usize,
}

impl BulkSummary {
    /// Counts one more result.
    pub fn add(&mut self, outcome: &BulkOutcome) {
        let count = match outcome {
            BulkOutcome::Changed(_) | BulkOutcome::Dropped => &mut self.changed,
            BulkOutcome::Conflict(_) => &mut self.conflicts,
            BulkOutcome::Refused(_) => &mut self.refused,
            BulkOutcome::Missing => &mut self.missing,
            BulkOutcome::Failed(_) => &mut self.failed,
            BulkOutcome::Skipped => &mut self.skipped,
        };
        *count += 1;
    }

    /// Describes every outcome that occurred: "3 jobs retried, 1 in another status by now".
    pub fn sentence(self, action: BulkAction) -> String {
        let mut text = format!(
            "{} {}",
            counted(self.changed as u64, action.noun()),
            action.done()
        );
        for (count, what) in [
            (self.conflicts, "in another status by now"),
            (self.refused, "refused"),
            (self.missing, "no longer there"),
            (self.failed, "failed"),
            (self.skipped, "not tried"),
        ] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        text
    }

    /// Returns the number of results.
    pub const fn total(self) -> usize {
        self.changed + self.conflicts + self.refused + self.missing + self.failed + self.skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_names_every_outcome_that_occurred() {
        let summary = BulkSummary {
            changed: 3,
            conflicts: 1,
            refused: 2,
            missing: 0,
            failed: 2,
            skipped: 0,
        };
        assert_eq!(
            summary.sentence(BulkAction::Retry),
            "3 jobs retried, 1 in another status by now, 2 refused, 2 failed"
        );
        let one = BulkSummary {
            changed: 1,
            ..BulkSummary::default()
        };
        assert_eq!(one.sentence(BulkAction::Drop), "1 dead letter dropped");
    }
}
