use async_trait::async_trait;
use odd_contracts::{JobType, RawJson};
use odd_core::JobDefaults;

use crate::{HandlerError, InvalidPayload, JobContext};

/// Does the work of one job type.
///
/// One handler runs many jobs at the same time, so its state is shared. Attempts run at least once: a worker
/// may die after the work and before its result is recorded. An effect that must not happen twice carries
/// [`JobContext::idempotency_token`] to whoever can tell a repeat.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// The type of the jobs that it runs.
    fn job_type(&self) -> JobType;

    /// What holds for its jobs where a submission is silent.
    fn defaults(&self) -> JobDefaults {
        JobDefaults::default()
    }

    /// Decides whether a payload can be run. Called when a job is submitted and again when it is claimed, so it
    /// must be quick, and must not look at anything but the payload and its own configuration.
    ///
    /// # Errors
    /// What is wrong with the payload, and where.
    fn validate(&self, _payload: Option<&str>) -> Result<(), InvalidPayload> {
        Ok(())
    }

    /// Runs one attempt; what it returns becomes the job's result.
    ///
    /// The future is dropped when the attempt runs out of time or its lease is lost. On cancellation, and when a
    /// stopping worker gives the job back, it is first given the chance to return by itself: watch
    /// [`JobContext::cancellation`] in anything that takes long.
    ///
    /// # Errors
    /// Which kind of failure it was decides whether the job is tried again.
    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError>;
}
