use odd_contracts::{AttemptOutcome, Job, JobAttempt, Timestamp};
use odd_core::ports::{WaitingBehind, WorkerRecord};

/// All that an explanation is made from.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// The job, with its attempts.
    pub(crate) job: Job,
    /// The workers that gave a sign of life lately.
    pub(crate) live_workers: Vec<WorkerRecord>,
    /// What comes before the job, when it is ready.
    pub(crate) ahead: Option<WaitingBehind>,
    /// When the facts were gathered.
    pub(crate) now: Timestamp,
}

impl Facts {
    /// The live workers that would take the job.
    pub(super) fn suitable_workers(&self) -> impl Iterator<Item = &WorkerRecord> {
        self.live_workers.iter().filter(|worker| {
            let types = worker.types.as_deref();
            types.is_none_or(|types| types.contains(&self.job.job_type))
        })
    }

    /// The attempt that is running.
    pub(super) fn running_attempt(&self) -> Option<&JobAttempt> {
        let attempts = self.job.attempts.as_deref().unwrap_or_default();
        attempts
            .iter()
            .rfind(|attempt| attempt.outcome == AttemptOutcome::Running)
    }

    /// Whether the worker gave a sign of life lately.
    pub(super) fn is_alive(&self, worker_id: &str) -> bool {
        self.live_workers
            .iter()
            .any(|worker| worker.worker_id == worker_id)
    }
}
