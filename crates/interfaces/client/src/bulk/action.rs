use odd_contracts::JobStatus;

use crate::{ClientError, JobsQuery};

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

    /// Returns the action in the imperative: "cancel".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Retry => "retry",
            Self::Replay => "replay",
            Self::Drop => "drop",
        }
    }

    /// Returns what has happened to the jobs: "retried".
    pub const fn done(self) -> &'static str {
        match self {
            Self::Cancel => "cancelled or asked to stop",
            Self::Retry => "retried",
            Self::Replay => "replayed",
            Self::Drop => "dropped",
        }
    }

    /// Returns what the action is applied to: "job".
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Cancel | Self::Retry => "job",
            Self::Replay | Self::Drop => "dead letter",
        }
    }

    /// Returns `true` if a command that failed like this can be repeated: the server may answer now, and the command has no effect
    /// twice. A cancelled job stays cancelled. The other commands would run a job twice, or report the effect of the first
    /// request as a conflict, so they are repeated only if the server has certainly not handled them: when it could not be
    /// reached, and after the answer 429.
    pub fn can_be_repeated_after(self, error: &ClientError) -> bool {
        error.is_transient() && (self == Self::Cancel || !error.may_have_taken_effect())
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
}

#[cfg(test)]
mod tests {
    use odd_contracts::Problem;

    use super::*;

    fn answer(status: u16) -> ClientError {
        let problem = format!(
            r#"{{"type":"/problems/x","title":"No","status":{status},"detail":"no","code":"x",
                "correlationId":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}}"#
        );
        let problem: Problem = serde_json::from_str(&problem).expect("a problem");
        ClientError::Problem(Box::new(problem))
    }

    #[test]
    fn only_cancel_is_repeated_when_it_may_have_taken_effect() {
        let (service, url) = ("gateway", String::new());
        let unreachable = ClientError::Unreachable {
            service,
            url: url.clone(),
            source: "refused".into(),
        };
        let lost = ClientError::ConnectionLost {
            service,
            url: url.clone(),
            source: "reset".into(),
        };
        let late = ClientError::TimedOut { service, url };
        for (error, cancel, others) in [
            (unreachable, true, true),
            (answer(429), true, true),
            (answer(503), true, false),
            (lost, true, false),
            (late, true, false),
            (answer(502), true, false),
            (answer(504), true, false),
            (answer(409), false, false),
        ] {
            let can = |action: BulkAction| action.can_be_repeated_after(&error);
            assert_eq!(can(BulkAction::Cancel), cancel, "{error:?}");
            for action in [BulkAction::Retry, BulkAction::Replay, BulkAction::Drop] {
                assert_eq!(can(action), others, "{action:?} {error:?}");
            }
        }
    }
}
