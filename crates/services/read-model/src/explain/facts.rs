use odd_contracts::{AttemptOutcome, Job, JobAttempt, Timestamp};
use odd_core::ports::{WaitingBehind, WorkerRecord};

/// What an explanation is derived from.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// The job, with its attempts.
    pub(crate) job: Job,
    /// The workers that reported recently.
    pub(crate) live_workers: Vec<WorkerRecord>,
    /// The jobs ahead of this one in its queue, if it is ready.
    pub(crate) ahead: Option<WaitingBehind>,
    /// When the lease of the running attempt ends, unless its worker renews it.
    pub(crate) lease_end: Option<Timestamp>,
    /// When the facts were gathered.
    pub(crate) now: Timestamp,
}

impl Facts {
    /// Returns the live workers that handle the job's type.
    pub(super) fn suitable_workers(&self) -> impl Iterator<Item = &WorkerRecord> {
        self.live_workers.iter().filter(|worker| {
            let types = worker.types.as_deref();
            types.is_none_or(|types| types.contains(&self.job.job_type))
        })
    }

    /// Returns the attempt that is running.
    pub(super) fn running_attempt(&self) -> Option<&JobAttempt> {
        let attempts = self.job.attempts.as_deref().unwrap_or_default();
        attempts
            .iter()
            .rfind(|attempt| attempt.outcome == AttemptOutcome::Running)
    }

    /// Returns `true` if the worker reported recently.
    pub(super) fn is_alive(&self, worker_id: &str) -> bool {
        self.live_workers
            .iter()
            .any(|worker| worker.worker_id == worker_id)
    }
}
