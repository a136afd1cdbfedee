use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use odd_contracts::{FailureReason, JobType, Timestamp};
use odd_core::AttemptResult;
use odd_core::ports::{ClaimedJob, EndedAttempt, Lease};
use odd_worker::{
    CancellationToken, Handler, HandlerError, JobContext, JobContextParts, JobSignals,
};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::environment::Environment;
use crate::leases::{LeaseSignals, LeaseTable};
use crate::settler::Ended;

/// How long a handler may take to stop by itself once it was asked to.
const STOP_GRACE: Duration = Duration::from_secs(5);

/// Least time between two progress events of an attempt.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// One run of a handler.
pub(crate) struct Attempt {
    lease: Lease,
    claimed_at: Timestamp,
    job_type: JobType,
    handler: BoxFuture<'static, AttemptResult>,
    heard: JobSignals,
    signals: LeaseSignals,
    started: Instant,
    deadline: Instant,
}

impl Attempt {
    /// Prepares to run `job`; nothing runs yet.
    pub(crate) fn new(
        environment: &Environment,
        handler: &Arc<dyn Handler>,
        job: ClaimedJob,
    ) -> Self {
        let started = Instant::now();
        let deadline = started + Duration::from_millis(job.timeout_ms);
        let signals = LeaseSignals {
            cancel: CancellationToken::new(),
            lost: CancellationToken::new(),
        };
        let (context, heard) = JobContext::new(JobContextParts {
            job_id: job.lease.job_id,
            job_type: job.job_type.clone(),
            payload: job.payload,
            attempt: job.lease.attempt,
            attempt_of_run: job.attempt_of_run,
            run: job.run,
            is_last_attempt: job.is_last_attempt,
            deadline,
            cancellation: signals.cancel.clone(),
            clock: environment.clock.clone(),
        });
        let handler = handler.clone();
        let handler = async move { run_handler(handler.as_ref(), &context).await }.boxed();
        Self {
            lease: job.lease,
            claimed_at: environment.claimed_at(job.lease_expires_at),
            job_type: job.job_type,
            handler,
            heard,
            signals,
            started,
            deadline,
        }
    }

    /// Runs the handler up to where it first waits for something. Most quick handlers are done by then.
    ///
    /// # Errors
    /// The attempt itself, when it is not, or said something that is to be passed on: it is to be
    /// [supervised](Self::supervise).
    pub(crate) fn try_finish(mut self) -> Result<Ended, Self> {
        // Whoever supervises polls again, which registers a waker that wakes.
        let mut context = Context::from_waker(Waker::noop());
        match self.handler.as_mut().poll(&mut context) {
            Poll::Ready(result) if self.heard.is_empty() => Ok(self.ended(result)),
            Poll::Ready(result) => {
                self.handler = std::future::ready(result).boxed();
                Err(self)
            }
            Poll::Pending => Err(self),
        }
    }

    /// Runs the handler to its end, passing on what it says. Returns nothing when the lease was lost.
    pub(crate) async fn supervise(mut self, environment: Arc<Environment>) -> Option<Ended> {
        let held = LeaseTable::hold(
            &environment,
            self.lease,
            self.claimed_at,
            self.signals.clone(),
        );
        let (heard, over) = (self.heard.clone(), CancellationToken::new());
        let speaking = pass_on(&environment, self.lease, &heard, &over);
        let running = async {
            let result = self.outcome(&environment).await;
            over.cancel();
            result
        };
        let (result, ()) = tokio::join!(running, speaking);
        drop(held);
        result.map(|result| self.ended(result))
    }

    async fn outcome(&mut self, environment: &Environment) -> Option<AttemptResult> {
        tokio::select! {
            biased;
            result = &mut self.handler => Some(result),
            () = self.signals.lost.cancelled() => None,
            () = environment.give_back.cancelled() => Some(self.given_back().await),
            () = sleep_until(self.deadline) => Some(self.timed_out()),
            () = self.signals.cancel.cancelled() => {
                let stopped = timeout(STOP_GRACE, &mut self.handler).await;
                Some(stopped.unwrap_or(AttemptResult::Cancelled))
            }
        }
    }

    /// Dropped at once, a handler might leave behind what runs beside the job's next attempt.
    async fn given_back(&mut self) -> AttemptResult {
        self.signals.cancel.cancel();
        match timeout(STOP_GRACE, &mut self.handler).await {
            Ok(done @ AttemptResult::Succeeded { .. }) => done,
            _ => AttemptResult::Released,
        }
    }

    fn timed_out(&self) -> AttemptResult {
        AttemptResult::Failed {
            reason: FailureReason::TimedOut,
            message: format!(
                "the attempt ran longer than its limit of {} ms",
                (self.deadline - self.started).as_millis()
            ),
            retry_after_ms: None,
        }
    }

    fn ended(&self, result: AttemptResult) -> Ended {
        Ended {
            attempt: EndedAttempt {
                lease: self.lease,
                result,
            },
            job_type: self.job_type.clone(),
            ran: self.started.elapsed(),
        }
    }
}

async fn run_handler(handler: &dyn Handler, context: &JobContext) -> AttemptResult {
    match AssertUnwindSafe(handler.run(context)).catch_unwind().await {
        Ok(Ok(result)) => AttemptResult::Succeeded { result },
        Ok(Err(error)) => error.into(),
        Err(_) => {
            tracing::error!(job = %context.job_id(), r#type = %context.job_type(), "a handler panicked");
            HandlerError::failed("the handler panicked").into()
        }
    }
}

/// Passes on progress and log lines as they come, and the last of them once the attempt is `over`.
async fn pass_on(
    environment: &Environment,
    lease: Lease,
    heard: &JobSignals,
    over: &CancellationToken,
) {
    while over.run_until_cancelled(heard.changed()).await.is_some() {
        flush(environment, lease, heard).await;
        over.run_until_cancelled(sleep(PROGRESS_EVERY)).await;
    }
    flush(environment, lease, heard).await;
}

/// Passes on what was said since the last time. What cannot be recorded is left out of the record; the attempt goes
/// on. Dropped half-way, it loses what it took.
async fn flush(environment: &Environment, lease: Lease, heard: &JobSignals) {
    let said = heard.take();
    if !said.lines.is_empty()
        && let Err(error) = environment.work.append_log(lease, said.lines).await
    {
        tracing::warn!(%error, "log lines were not recorded");
    }
    if let Some(progress) = said.progress
        && let Err(error) = environment.work.record_progress(lease, progress).await
    {
        tracing::warn!(%error, "progress was not recorded");
    }
}
