use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use odd_contracts::{FailureReason, Timestamp};
use odd_core::AttemptResult;
use odd_core::ports::{ClaimedJob, EndedAttempt, ErrorChain, Lease};
use odd_service_kit::telemetry::LogContext;
use odd_worker::{
    CancellationToken, Handler, HandlerError, JobContext, JobContextParts, JobSignals, Updates,
};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::attempt_trace::{AttemptTrace, Uncounted};
use crate::context::ProcessorContext;
use crate::leases::LeaseSignals;
use crate::metrics::AttemptMetrics;
use crate::recorder::UnrecordedResult;
use crate::throttle::Throttle;

/// How long a handler may take to stop after a request to stop.
const STOP_GRACE: Duration = Duration::from_secs(5);

/// Shortest time between two progress events of an attempt.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// One run of a handler.
pub(crate) struct Attempt {
    lease: Lease,
    claimed_at: Timestamp,
    metrics: AttemptMetrics,
    handler: BoxFuture<'static, AttemptResult>,
    updates: JobSignals,
    signals: LeaseSignals,
    started: Instant,
    deadline: Instant,
    trace: Option<Box<AttemptTrace>>,
    log_context: LogContext,
}

impl Attempt {
    /// Prepares to run `job`; nothing runs yet.
    pub(crate) fn new(
        processor: &ProcessorContext,
        handler: &Arc<dyn Handler>,
        job: ClaimedJob,
        metrics: AttemptMetrics,
    ) -> Self {
        let started = Instant::now();
        let deadline = started + Duration::from_millis(job.timeout_ms);
        let signals = LeaseSignals {
            cancel: CancellationToken::new(),
            lost: CancellationToken::new(),
        };
        let tracer = &processor.config.tracer;
        let trace = AttemptTrace::begin(tracer, &processor.worker_id, &job);
        // A trace that this process does not record continues from the span that created the job.
        let span = trace.as_ref().map(|trace| trace.context()).or(job.trace);
        let attempt = (job.lease.job_id, job.lease.attempt);
        let log_context = LogContext::of_attempt(attempt, job.correlation_id, span);
        let (context, updates) = JobContext::new(JobContextParts {
            job_id: job.lease.job_id,
            job_type: job.job_type,
            payload: job.payload,
            attempt: job.lease.attempt,
            attempt_of_run: job.attempt_of_run,
            run: job.run,
            is_last_attempt: job.is_last_attempt,
            deadline,
            cancellation: signals.cancel.clone(),
            trace: span,
            clock: processor.clock.clone(),
        });
        let handler = handler.clone();
        let throttle = processor.throttle.clone();
        let running = async move { run_handler(handler.as_ref(), &context, &throttle).await };
        let handler = log_context.scope(running).boxed();
        Self {
            lease: job.lease,
            claimed_at: processor.claimed_at(job.lease_expires_at),
            metrics,
            handler,
            updates,
            signals,
            started,
            deadline,
            trace,
            log_context,
        }
    }

    /// Returns what log lines about the attempt have as fields.
    pub(crate) const fn log_context(&self) -> LogContext {
        self.log_context
    }

    /// Runs the handler until it first waits for something. Most quick handlers finish by then.
    ///
    /// # Errors
    /// Returns the attempt if its handler has not finished, or if there are updates to record first. It must then be
    /// [supervised](Self::supervise).
    pub(crate) fn try_finish(mut self) -> Result<UnrecordedResult, Box<Self>> {
        // `supervise` polls the handler again, which registers a real waker.
        let mut context = Context::from_waker(Waker::noop());
        match self.handler.as_mut().poll(&mut context) {
            Poll::Ready(result) if self.updates.is_empty() => Ok(self.into_unrecorded(result)),
            Poll::Ready(result) => {
                self.handler = std::future::ready(result).boxed();
                Err(Box::new(self))
            }
            Poll::Pending => Err(Box::new(self)),
        }
    }

    /// Runs the handler to its end and records its updates meanwhile. Returns `None` if the lease was lost.
    pub(crate) async fn supervise(
        mut self,
        context: &ProcessorContext,
    ) -> Option<UnrecordedResult> {
        let guard = context
            .leases
            .hold(self.lease, self.claimed_at, self.signals.clone());
        let (updates, ended) = (self.updates.clone(), CancellationToken::new());
        let recording = record_updates(context, self.lease, &updates, &ended);
        let running = async {
            let result = self.result(context).await;
            // A handler that was stopped logs its last lines when it is dropped.
            self.handler = std::future::pending().boxed();
            ended.cancel();
            result
        };
        let (result, ()) = tokio::join!(running, recording);
        drop(guard);
        if result.is_none()
            && let Some(mut trace) = self.trace.take()
        {
            trace.end();
            trace.discard(&context.config.tracer, Uncounted::LeaseLost);
        }
        result.map(|result| self.into_unrecorded(result))
    }

    async fn result(&mut self, context: &ProcessorContext) -> Option<AttemptResult> {
        tokio::select! {
            biased;
            result = &mut self.handler => Some(result),
            () = self.signals.lost.cancelled() => None,
            () = context.release.cancelled() => Some(self.released().await),
            () = sleep_until(self.deadline) => Some(self.timed_out()),
            () = self.signals.cancel.cancelled() => {
                let stopped = timeout(STOP_GRACE, &mut self.handler).await;
                Some(stopped.unwrap_or(AttemptResult::Cancelled))
            }
        }
    }

    /// Gives the handler time to stop. If it were dropped at once, something that it started could still be running during
    /// the job's next attempt.
    async fn released(&mut self) -> AttemptResult {
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

    fn into_unrecorded(mut self, result: AttemptResult) -> UnrecordedResult {
        let ended_at = Instant::now();
        if let Some(trace) = &mut self.trace {
            trace.end();
        }
        UnrecordedResult {
            attempt: EndedAttempt {
                lease: self.lease,
                result,
            },
            metrics: self.metrics,
            run_time: ended_at - self.started,
            ended_at,
            trace: self.trace,
        }
    }
}

async fn run_handler(
    handler: &dyn Handler,
    context: &JobContext,
    throttle: &Throttle,
) -> AttemptResult {
    match AssertUnwindSafe(handler.run(context)).catch_unwind().await {
        Ok(Ok(result)) => {
            tracing::debug!(r#type = %context.job_type(), "an attempt succeeded");
            AttemptResult::Succeeded { result }
        }
        Ok(Err(HandlerError::Overloaded { message })) => {
            if let Some(pause) = throttle.report_shortage() {
                tracing::warn!(
                    error = %message,
                    pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
                    "this worker is short of descriptors, processes or memory: attempts are released without being counted, and claims are slowed down"
                );
            }
            AttemptResult::Released
        }
        Ok(Err(error)) => {
            tracing::debug!(r#type = %context.job_type(), %error, "an attempt failed");
            error.into()
        }
        Err(_) => {
            tracing::error!(r#type = %context.job_type(), "a handler panicked");
            HandlerError::failed("the handler panicked").into()
        }
    }
}

/// Records progress and log lines as they come, and the last of them once the attempt has `ended`.
async fn record_updates(
    context: &ProcessorContext,
    lease: Lease,
    updates: &JobSignals,
    ended: &CancellationToken,
) {
    while ended.run_until_cancelled(updates.changed()).await.is_some() {
        flush(context, lease, updates.take()).await;
        ended.run_until_cancelled(sleep(PROGRESS_EVERY)).await;
    }
    flush(context, lease, updates.take_rest()).await;
}

/// Records updates. One that cannot be recorded is skipped; the attempt continues. Not
/// cancel-safe: updates that were drained are lost when it is dropped.
async fn flush(context: &ProcessorContext, lease: Lease, drained: Updates) {
    if !drained.lines.is_empty()
        && let Err(error) = context.work.append_log(lease, drained.lines).await
    {
        tracing::warn!(error = %ErrorChain(&error), "failed to record log lines");
    }
    if let Some(progress) = drained.progress
        && let Err(error) = context.work.record_progress(lease, progress).await
    {
        tracing::warn!(error = %ErrorChain(&error), "failed to record progress");
    }
}
