use async_trait::async_trait;
use odd_contracts::{JobType, RawJson};
use odd_core::JobDefaults;

use crate::{HandlerError, InvalidPayload, JobContext};

/// Runs the jobs of one type.
///
/// One handler runs many jobs at the same time, so its state is shared. Jobs run at least once: a worker may crash after the
/// work is done and before its result is recorded. To prevent a repeated effect, pass [`JobContext::idempotency_token`] to the
/// system that is affected.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Returns the type of the jobs that it runs.
    fn job_type(&self) -> JobType;

    /// Returns the options of jobs whose submissions do not set them.
    fn defaults(&self) -> JobDefaults {
        JobDefaults::default()
    }

    /// Checks whether a payload can be run. It is called when a job is submitted and again when it is claimed, so it must be
    /// fast, and depend only on the payload and the handler's configuration.
    ///
    /// # Errors
    /// Returns what is wrong with the payload, and where.
    fn validate(&self, _payload: Option<&str>) -> Result<(), InvalidPayload> {
        Ok(())
    }

    /// Runs one attempt. The returned value becomes the job's result.
    ///
    /// The future is dropped when the attempt times out or its lease is lost. On cancellation, and when a stopping worker
    /// releases the job, the handler gets a grace period to return: long operations should watch
    /// [`JobContext::cancellation`].
    ///
    /// # Errors
    /// The kind of failure decides whether the job is retried.
    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError>;
}
