use odd_contracts::{AttemptOutcome, FailureReason, JobError, RawJson, Timestamp};

use crate::{Change, RetryPolicy};

const LOST_MESSAGE: &str = "the worker ended before the attempt did, or did not renew its lease";

/// What a worker, or the sweep for expired leases, says of an attempt that is over.
#[derive(Debug, Clone, PartialEq)]
pub enum AttemptResult {
    /// The handler succeeded.
    Succeeded {
        /// Its output.
        result: Option<RawJson>,
    },
    /// The handler failed.
    Failed {
        /// The kind of failure; `Permanent` and `InvalidPayload` end the job.
        reason: FailureReason,
        /// For people.
        message: String,
        /// The handler's wish in place of the policy's delay.
        retry_after_ms: Option<u64>,
    },
    /// The handler stopped because the job was cancelled.
    Cancelled,
    /// The worker gives the job back unharmed; the attempt is not counted.
    Released,
    /// The lease expired.
    Lost,
}

impl AttemptResult {
    /// How the history of the job names it.
    pub fn outcome(&self) -> AttemptOutcome {
        match self {
            Self::Succeeded { .. } => AttemptOutcome::Succeeded,
            Self::Failed {
                reason: FailureReason::TimedOut,
                ..
            } => AttemptOutcome::TimedOut,
            Self::Failed { .. } => AttemptOutcome::Failed,
            Self::Cancelled => AttemptOutcome::Cancelled,
            Self::Released => AttemptOutcome::Released,
            Self::Lost => AttemptOutcome::Lost,
        }
    }

    /// What went wrong, if something did.
    pub fn failure(&self) -> Option<JobError> {
        let (reason, message) = match self {
            Self::Failed {
                reason, message, ..
            } => (*reason, message.clone()),
            Self::Lost => (FailureReason::WorkerLost, LOST_MESSAGE.to_owned()),
            Self::Succeeded { .. } | Self::Cancelled | Self::Released => return None,
        };
        Some(JobError { reason, message })
    }

    /// The handler's output.
    pub fn output(&self) -> Option<&RawJson> {
        match self {
            Self::Succeeded { result } => result.as_ref(),
            _ => None,
        }
    }
}

/// What the decision needs to know of the job.
#[derive(Debug, Clone, Copy)]
pub struct AttemptState {
    /// The attempt that is over.
    pub attempt: u32,
    /// The last attempt that this run may begin.
    pub attempt_limit: u32,
    /// Attempts that a run may count.
    pub max_attempts: u32,
    /// Whether somebody asked the job to stop.
    pub cancel_requested: bool,
    /// The job's policy.
    pub retry: RetryPolicy,
}

/// Where an attempt that is over takes its job.
#[derive(Debug, Clone, PartialEq)]
pub enum AttemptTransition {
    /// To COMPLETED.
    Complete,
    /// To RETRYING, ready after this delay.
    Retry {
        /// From now.
        delay_ms: u64,
    },
    /// Straight back to PENDING.
    Requeue {
        /// Whether the attempt is counted against `maxAttempts`.
        counted: bool,
    },
    /// To FAILED.
    Fail,
    /// To CANCELLED.
    Cancel,
}

impl AttemptTransition {
    /// What the log says when an attempt with `result`, which lasted `duration_ms` until `now`, is settled like this.
    pub fn change(&self, now: Timestamp, duration_ms: f64, result: &AttemptResult) -> Change {
        let (reason, message) = match result.failure() {
            Some(error) => (error.reason, error.message),
            None => (FailureReason::Error, String::new()),
        };
        match self {
            Self::Complete => Change::Completed { duration_ms },
            Self::Retry { delay_ms } => Change::Retrying {
                reason,
                message,
                run_at: now.plus_millis(*delay_ms),
                duration_ms,
            },
            Self::Requeue { counted: true } => Change::Requeued { message },
            Self::Requeue { counted: false } => Change::Requeued {
                message: "released by a worker that stops".into(),
            },
            Self::Fail => Change::Failed {
                reason,
                message,
                duration_ms: Some(duration_ms),
            },
            Self::Cancel => Change::Cancelled {
                message: None,
                duration_ms: Some(duration_ms),
            },
        }
    }
}

/// Which attempt of its run `attempt` is, from 1: a run may begin `max_attempts`, the last of them `attempt_limit`.
pub fn attempt_of_run(attempt: u32, attempt_limit: u32, max_attempts: u32) -> u32 {
    (attempt + max_attempts)
        .saturating_sub(attempt_limit)
        .max(1)
}

/// Decides where a finished attempt takes its job. `jitter` is uniform in `[0, 1)`.
pub fn resolve_attempt(
    state: &AttemptState,
    result: &AttemptResult,
    jitter: f64,
) -> AttemptTransition {
    let exhausted = state.attempt >= state.attempt_limit;
    match result {
        AttemptResult::Succeeded { .. } => AttemptTransition::Complete,
        AttemptResult::Cancelled => AttemptTransition::Cancel,
        AttemptResult::Released | AttemptResult::Lost if state.cancel_requested => {
            AttemptTransition::Cancel
        }
        AttemptResult::Released => AttemptTransition::Requeue { counted: false },
        AttemptResult::Lost if exhausted => AttemptTransition::Fail,
        AttemptResult::Lost => AttemptTransition::Requeue { counted: true },
        AttemptResult::Failed { .. } if state.cancel_requested => AttemptTransition::Cancel,
        AttemptResult::Failed {
            reason: FailureReason::Permanent | FailureReason::InvalidPayload,
            ..
        } => AttemptTransition::Fail,
        AttemptResult::Failed { .. } if exhausted => AttemptTransition::Fail,
        AttemptResult::Failed {
            retry_after_ms: Some(delay_ms),
            ..
        } => AttemptTransition::Retry {
            delay_ms: *delay_ms,
        },
        AttemptResult::Failed { .. } => {
            let nth = attempt_of_run(state.attempt, state.attempt_limit, state.max_attempts);
            AttemptTransition::Retry {
                delay_ms: state.retry.delay_ms(nth, jitter),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(attempt: u32) -> AttemptState {
        AttemptState {
            attempt,
            attempt_limit: 3,
            max_attempts: 3,
            cancel_requested: false,
            retry: RetryPolicy {
                base_delay_ms: 100,
                max_delay_ms: 10_000,
                multiplier: 2.0,
            },
        }
    }

    fn failed(reason: FailureReason) -> AttemptResult {
        AttemptResult::Failed {
            reason,
            message: "no".into(),
            retry_after_ms: None,
        }
    }

    #[test]
    fn failures_are_retried_until_the_attempts_are_used_up() {
        assert_eq!(
            resolve_attempt(&state(2), &failed(FailureReason::Error), 0.5),
            AttemptTransition::Retry { delay_ms: 100 }
        );
        assert_eq!(
            resolve_attempt(&state(3), &failed(FailureReason::Error), 0.5),
            AttemptTransition::Fail
        );
    }

    #[test]
    fn permanent_failures_end_the_job() {
        assert_eq!(
            resolve_attempt(&state(1), &failed(FailureReason::Permanent), 0.5),
            AttemptTransition::Fail
        );
    }

    #[test]
    fn a_handlers_retry_after_replaces_the_policy() {
        let result = AttemptResult::Failed {
            reason: FailureReason::Error,
            message: "later".into(),
            retry_after_ms: Some(7),
        };
        assert_eq!(
            resolve_attempt(&state(1), &result, 0.9),
            AttemptTransition::Retry { delay_ms: 7 }
        );
    }

    #[test]
    fn lost_attempts_count_and_released_ones_do_not() {
        assert_eq!(
            resolve_attempt(&state(1), &AttemptResult::Lost, 0.0),
            AttemptTransition::Requeue { counted: true }
        );
        assert_eq!(
            resolve_attempt(&state(3), &AttemptResult::Lost, 0.0),
            AttemptTransition::Fail
        );
        assert_eq!(
            resolve_attempt(&state(3), &AttemptResult::Released, 0.0),
            AttemptTransition::Requeue { counted: false }
        );
    }

    #[test]
    fn a_requested_cancel_wins_over_every_outcome_but_success() {
        let asked = AttemptState {
            cancel_requested: true,
            ..state(1)
        };
        assert_eq!(
            resolve_attempt(&asked, &failed(FailureReason::Error), 0.0),
            AttemptTransition::Cancel
        );
        assert_eq!(
            resolve_attempt(&asked, &AttemptResult::Lost, 0.0),
            AttemptTransition::Cancel
        );
        assert_eq!(
            resolve_attempt(&asked, &AttemptResult::Succeeded { result: None }, 0.0),
            AttemptTransition::Complete
        );
    }
}
