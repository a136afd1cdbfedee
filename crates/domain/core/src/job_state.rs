use std::sync::Arc;

use odd_contracts::{FailureReason, JobError, JobStatus, Progress, Timestamp};

use crate::attempt_transition::{AttemptState, AttemptTransition, attempt_of_run, resolve_attempt};
use crate::{AttemptResult, Change, NewJob, RetryPolicy, StoreTime, machine};

/// The message of the event that an operator's retry records.
const RETRIED_MESSAGE: &str = "retried by an operator";

/// The fields of a job that decisions read and change.
///
/// Each command is a method that updates the state and returns the change to record, or refuses and leaves the state
/// unchanged. Stores load a state, apply a command and write both results in one transaction. They decide only what needs
/// other jobs, such as whether a retried job keeps its unique key.
///
/// ```
/// use std::sync::Arc;
/// use odd_contracts::{JobStatus, Timestamp};
/// use odd_core::{AttemptResult, JobState, RetryPolicy, StoreTime};
///
/// let now = StoreTime::of(Timestamp::from_micros(1_000));
/// let mut job = JobState {
///     status: JobStatus::Pending,
///     version: 1,
///     attempt: 0,
///     attempt_limit: 5,
///     max_attempts: 5,
///     run: 1,
///     retry: RetryPolicy::default(),
///     due_at: now.steady,
///     started_at: None,
///     cancel_requested: false,
///     dead_lettered: false,
///     error: None,
///     progress: None,
/// };
/// let worker_id: Arc<str> = "worker-1".into();
/// let [validated, started] = job.start(&worker_id, now)?;
/// assert_eq!((validated.version, started.version), (2, 3));
///
/// let completed = job.end_attempt(&AttemptResult::Succeeded { result: None }, 0.0, now)?;
/// assert_eq!((job.status, completed.version), (JobStatus::Completed, 4));
/// # Ok::<(), odd_core::Refusal>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct JobState {
    /// Current status.
    pub status: JobStatus,
    /// Version of the last recorded change; the first change of a job has version 1.
    pub version: u32,
    /// Number of the last attempt over all runs; 0 before the first.
    pub attempt: u32,
    /// Number of the last attempt that the current run may start.
    pub attempt_limit: u32,
    /// Counted attempts that one run may start.
    pub max_attempts: u32,
    /// Current run, from 1. An operator's retry starts the next one.
    pub run: u32,
    /// Delays between attempts.
    pub retry: RetryPolicy,
    /// Steady time since which it is ready while PENDING, from which it is ready while SCHEDULED or RETRYING.
    pub due_at: Timestamp,
    /// Start of the last attempt, by the wall clock.
    pub started_at: Option<Timestamp>,
    /// A running attempt was asked to stop.
    pub cancel_requested: bool,
    /// The job is FAILED and waits in the dead letters for an operator.
    pub dead_lettered: bool,
    /// Failure of the last unsuccessful attempt of the current run.
    pub error: Option<JobError>,
    /// Last progress that the last attempt reported.
    pub progress: Option<Progress>,
}

/// A change with its position in the history of its job: the part of a
/// [`JobEvent`](crate::JobEvent) that follows from the job's state.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionedChange {
    /// Sequence number within the job, gapless from 1.
    pub version: u32,
    /// Last attempt that had started, if any.
    pub attempt: Option<u32>,
    /// Status before the change; absent for the first change.
    pub previous_status: Option<JobStatus>,
    /// The change itself.
    pub change: Change,
}

/// Effect of an operator's cancellation.
#[derive(Debug, Clone, PartialEq)]
pub enum Cancellation {
    /// The job was waiting and is CANCELLED now.
    Cancelled(VersionedChange),
    /// The job is running: its worker is asked to stop. No event is recorded until the attempt ends.
    StopRequested,
}

/// The status of a job does not allow a command. The job is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot {command} a job that is {status}")]
pub struct Refusal {
    /// The refused command.
    pub command: &'static str,
    /// Status of the job.
    pub status: JobStatus,
}

impl JobState {
    /// Accepts a submission: PENDING, or SCHEDULED when the job starts later than `accepted_at`.
    pub fn submit(new: &NewJob, accepted_at: StoreTime) -> (Self, VersionedChange) {
        let run_at = new.run_at(accepted_at.wall);
        let change = Change::Created {
            priority: new.priority,
            run_at,
        };
        debug_assert!(
            machine::is_legal(None, change.event_type(), change.status()),
            "{change:?} of a new job"
        );
        let state = Self {
            status: change.status(),
            version: 1,
            attempt: 0,
            attempt_limit: new.max_attempts,
            max_attempts: new.max_attempts,
            run: 1,
            retry: new.retry,
            due_at: accepted_at
                .offset()
                .to_steady(run_at.unwrap_or(accepted_at.wall)),
            started_at: None,
            cancel_requested: false,
            dead_lettered: false,
            error: None,
            progress: None,
        };
        let created = VersionedChange {
            version: 1,
            attempt: None,
            previous_status: None,
            change,
        };
        (state, created)
    }

    /// Makes a SCHEDULED or RETRYING job ready. The caller checks that its time has come.
    ///
    /// # Errors
    /// When the job does not wait for a time.
    pub fn promote(&mut self, now: StoreTime) -> Result<VersionedChange, Refusal> {
        self.require(self.status.is_delayed(), "promote")?;
        self.due_at = now.steady;
        Ok(self.record(Change::Due))
    }

    /// Starts the next attempt of a PENDING job whose payload was admitted.
    ///
    /// # Errors
    /// When the job is not PENDING.
    pub fn start(
        &mut self,
        worker_id: &Arc<str>,
        now: StoreTime,
    ) -> Result<[VersionedChange; 2], Refusal> {
        self.require(self.status == JobStatus::Pending, "start")?;
        let validated = self.record(Change::Validated);
        self.attempt += 1;
        self.started_at = Some(now.wall);
        self.progress = None;
        let started = self.record(Change::Started {
            worker_id: Arc::clone(worker_id),
            wait_ms: now.steady.fractional_millis_since(self.due_at),
        });
        Ok([validated, started])
    }

    /// Fails a PENDING job whose payload its handler cannot use. `message` says why.
    ///
    /// # Errors
    /// When the job is not PENDING.
    pub fn refuse_payload(&mut self, message: String) -> Result<VersionedChange, Refusal> {
        self.require(self.status == JobStatus::Pending, "refuse the payload of")?;
        let reason = FailureReason::InvalidPayload;
        self.dead_lettered = true;
        self.error = Some(JobError {
            reason,
            message: message.clone(),
        });
        Ok(self.record(Change::Failed {
            reason,
            message,
            duration_ms: None,
        }))
    }

    /// Records progress of the running attempt.
    ///
    /// # Errors
    /// When no attempt is running.
    pub fn record_progress(&mut self, progress: Progress) -> Result<VersionedChange, Refusal> {
        self.require(self.status == JobStatus::Executing, "record progress of")?;
        let change = Change::Progressed {
            fraction: progress.fraction,
            message: progress.message.clone(),
        };
        self.progress = Some(progress);
        Ok(self.record(change))
    }

    /// Ends the running attempt. `jitter` is uniform in `[0, 1)` and spreads the delay of a retry.
    ///
    /// # Errors
    /// When no attempt is running.
    pub fn end_attempt(
        &mut self,
        result: &AttemptResult,
        jitter: f64,
        now: StoreTime,
    ) -> Result<VersionedChange, Refusal> {
        self.require(self.status == JobStatus::Executing, "end an attempt of")?;
        let transition = resolve_attempt(&self.attempt_state(), result, jitter);
        let change = transition.change(now.wall, self.attempt_duration_ms(now.wall), result);
        match transition {
            AttemptTransition::Complete => {}
            AttemptTransition::Retry { delay_ms } => self.due_at = now.steady.plus_millis(delay_ms),
            AttemptTransition::Requeue { counted: true } => self.due_at = now.steady,
            // The job returns to its position: it has been ready all the time.
            AttemptTransition::Requeue { counted: false } => self.attempt_limit += 1,
            AttemptTransition::Fail => {
                self.due_at = now.steady;
                self.dead_lettered = true;
            }
            AttemptTransition::Cancel => self.due_at = now.steady,
        }
        self.cancel_requested = false;
        if let Some(error) = result.failure() {
            self.error = Some(error);
        }
        Ok(self.record(change))
    }

    /// Cancels a waiting job, or asks a running one to stop.
    ///
    /// # Errors
    /// When the job has ended.
    pub fn cancel(&mut self) -> Result<Cancellation, Refusal> {
        self.require(machine::can_cancel(self.status), "cancel")?;
        if self.status == JobStatus::Executing {
            self.cancel_requested = true;
            return Ok(Cancellation::StopRequested);
        }
        Ok(Cancellation::Cancelled(self.record(Change::Cancelled {
            message: None,
            duration_ms: None,
        })))
    }

    /// Starts a new run of a FAILED or CANCELLED job.
    ///
    /// # Errors
    /// When the job has not ended, or completed.
    pub fn retry(&mut self, now: StoreTime) -> Result<VersionedChange, Refusal> {
        self.require(machine::can_retry(self.status), "retry")?;
        self.run += 1;
        self.attempt_limit = self.attempt + self.max_attempts;
        self.due_at = now.steady;
        self.dead_lettered = false;
        self.error = None;
        Ok(self.record(Change::Requeued {
            message: RETRIED_MESSAGE.into(),
        }))
    }

    /// Removes a FAILED job from the dead letters. No event is recorded.
    ///
    /// # Errors
    /// When the job is not in the dead letters.
    pub fn drop_dead_letter(&mut self) -> Result<(), Refusal> {
        let is_dead_letter = self.status == JobStatus::Failed && self.dead_lettered;
        self.require(is_dead_letter, "drop the dead letter of")?;
        self.dead_lettered = false;
        Ok(())
    }

    /// Returns how long the running attempt has lasted, in milliseconds.
    pub fn attempt_duration_ms(&self, now: Timestamp) -> f64 {
        self.started_at
            .map_or(0.0, |started| now.fractional_millis_since(started))
    }

    /// Returns the number of the last attempt among the counted attempts of its run, from 1.
    pub fn attempt_of_run(&self) -> u32 {
        attempt_of_run(self.attempt, self.attempt_limit, self.max_attempts)
    }

    /// Returns `true` if no further attempt would follow a failure of the last one.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.attempt_limit
    }

    fn attempt_state(&self) -> AttemptState {
        AttemptState {
            attempt: self.attempt,
            attempt_limit: self.attempt_limit,
            max_attempts: self.max_attempts,
            cancel_requested: self.cancel_requested,
            retry: self.retry,
        }
    }

    fn require(&self, is_allowed: bool, command: &'static str) -> Result<(), Refusal> {
        if is_allowed {
            return Ok(());
        }
        Err(Refusal {
            command,
            status: self.status,
        })
    }

    fn record(&mut self, change: Change) -> VersionedChange {
        let status = change.status();
        debug_assert!(
            machine::is_legal(Some(self.status), change.event_type(), status),
            "{change:?} of a job that is {}",
            self.status
        );
        self.version += 1;
        VersionedChange {
            version: self.version,
            attempt: (self.attempt > 0).then_some(self.attempt),
            previous_status: Some(std::mem::replace(&mut self.status, status)),
            change,
        }
    }
}
