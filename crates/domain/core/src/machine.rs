//! The legal transitions of a job, as one table. [`JobState`](crate::JobState) follows it; documentation and property tests
//! are checked against it.

use odd_contracts::{EventType, JobStatus};

/// One legal transition: `event` moves a job from `from` to `to`. `from` is absent for the first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// Status before the event.
    pub from: Option<JobStatus>,
    /// Type of the event.
    pub event: EventType,
    /// Status after the event.
    pub to: JobStatus,
}

const fn row(from: Option<JobStatus>, event: EventType, to: JobStatus) -> Transition {
    Transition { from, event, to }
}

/// All legal transitions.
pub const TRANSITIONS: &[Transition] = {
    use EventType as E;
    use JobStatus as S;
    &[
        row(None, E::Created, S::Scheduled),
        row(None, E::Created, S::Pending),
        row(Some(S::Scheduled), E::Due, S::Pending),
        row(Some(S::Scheduled), E::Cancelled, S::Cancelled),
        row(Some(S::Pending), E::Validated, S::Validated),
        row(Some(S::Pending), E::Failed, S::Failed),
        row(Some(S::Pending), E::Cancelled, S::Cancelled),
        row(Some(S::Validated), E::Started, S::Executing),
        row(Some(S::Executing), E::Progressed, S::Executing),
        row(Some(S::Executing), E::Retrying, S::Retrying),
        row(Some(S::Executing), E::Requeued, S::Pending),
        row(Some(S::Executing), E::Completed, S::Completed),
        row(Some(S::Executing), E::Failed, S::Failed),
        row(Some(S::Executing), E::Cancelled, S::Cancelled),
        row(Some(S::Retrying), E::Due, S::Pending),
        row(Some(S::Retrying), E::Cancelled, S::Cancelled),
        row(Some(S::Failed), E::Requeued, S::Pending),
        row(Some(S::Cancelled), E::Requeued, S::Pending),
    ]
};

/// Returns `true` if `event` may move a job from `from` to `to`.
pub fn is_legal(from: Option<JobStatus>, event: EventType, to: JobStatus) -> bool {
    TRANSITIONS.contains(&Transition { from, event, to })
}

/// Returns `true` if an operator may cancel a job in this status. A running job is asked to stop; a waiting one is cancelled
/// at once.
pub fn can_cancel(status: JobStatus) -> bool {
    !status.is_terminal()
}

/// Returns `true` if an operator may retry a job in this status.
pub fn can_retry(status: JobStatus) -> bool {
    TRANSITIONS
        .iter()
        .any(|t| t.from == Some(status) && t.event == EventType::Requeued && status.is_terminal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_statuses_are_left_only_by_requeueing() {
        for t in TRANSITIONS {
            if t.from.is_some_and(JobStatus::is_terminal) {
                assert_eq!(t.event, EventType::Requeued, "{t:?}");
            }
        }
    }

    #[test]
    fn every_status_can_be_reached() {
        for status in JobStatus::ALL {
            assert!(TRANSITIONS.iter().any(|t| t.to == status), "{status}");
        }
    }

    #[test]
    fn completed_jobs_cannot_be_retried() {
        assert!(can_retry(JobStatus::Failed) && can_retry(JobStatus::Cancelled));
        assert!(!can_retry(JobStatus::Completed) && !can_retry(JobStatus::Executing));
    }
}
