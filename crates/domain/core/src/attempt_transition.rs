use odd_contracts::{AttemptOutcome, FailureReason, JobError, RawJson, Timestamp};

use crate::{Change, RetryPolicy};

const LOST_MESSAGE: &str = "the worker did not renew its lease in time: it ended, was paused, or could not reach the store";

/// A worker releases a job when it stops, has no slot for it, or is short of a local resource.
const RELEASED_MESSAGE: &str = "released by its worker; the attempt is not counted";

/// Result of an attempt, reported by its worker or by the expiry of its lease.
#[derive(Debug, Clone, PartialEq)]
pub enum AttemptResult {
    /// The handler succeeded.
    Succeeded {
        /// Output of the handler.
        result: Option<RawJson>,
    },
    /// The handler failed.
    Failed {
        /// Kind of failure; `Permanent` and `InvalidPayload` end the job.
        reason: FailureReason,
        /// Description for operators.
        message: String,
        /// Delay that the handler requests, instead of the policy's.
        retry_after_ms: Option<u64>,
    },
    /// The handler stopped because the job was cancelled.
    Cancelled,
    /// The worker released the job without a result; the attempt is not counted.
    Released,
    /// The lease expired.
    Lost,
}

impl AttemptResult {
    /// Returns the outcome that the job's history records.
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

    /// Returns the failure, if the attempt failed or was lost.
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

    /// Returns the output of the handler.
    pub fn output(&self) -> Option<&RawJson> {
        match self {
            Self::Succeeded { result } => result.as_ref(),
            _ => None,
        }
    }
}

/// The fields of a job that [`resolve_attempt`] reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttemptState {
    /// Number of the ended attempt.
    pub(crate) attempt: u32,
    /// Number of the last attempt that the run may start.
    pub(crate) attempt_limit: u32,
    /// Counted attempts that a run may start.
    pub(crate) max_attempts: u32,
    /// The job was asked to stop.
    pub(crate) cancel_requested: bool,
    /// Delays between attempts.
    pub(crate) retry: RetryPolicy,
}

/// Transition of a job at the end of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AttemptTransition {
    /// To COMPLETED.
    Complete,
    /// To RETRYING, ready after a delay.
    Retry {
        /// Milliseconds from now.
        delay_ms: u64,
    },
    /// To PENDING, without a delay.
    Requeue {
        /// The attempt counts against `maxAttempts`.
        counted: bool,
    },
    /// To FAILED.
    Fail,
    /// To CANCELLED.
    Cancel,
}

impl AttemptTransition {
    /// Returns the change to record for an attempt with `result` that ended at `now` after `duration_ms`.
    pub(crate) fn change(
        &self,
        now: Timestamp,
        duration_ms: f64,
        result: &AttemptResult,
    ) -> Change {
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
                message: RELEASED_MESSAGE.into(),
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

/// Returns the number of `attempt` within its run, from 1. A run may start `max_attempts`; the last one is `attempt_limit`.
pub(crate) fn attempt_of_run(attempt: u32, attempt_limit: u32, max_attempts: u32) -> u32 {
    (attempt + max_attempts)
        .saturating_sub(attempt_limit)
        .max(1)
}

/// Decides the transition of a job whose attempt has ended. `jitter` is uniform in `[0, 1)`.
pub(crate) fn resolve_attempt(
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
    fn retry_after_of_a_handler_overrides_the_policy() {
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
