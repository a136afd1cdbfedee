use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobStatus, JobType};
use odd_core::AttemptResult;
use odd_core::ports::{EndedAttempt, ErrorChain, Lease, StaleLease, StoreError, WorkQueue};
use odd_service_kit::telemetry::Tracer;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::attempt_trace::{AttemptTrace, Uncounted};
use crate::metrics::JobMetrics;

/// Results that may wait to be recorded. When the channel is full, senders wait.
const CAPACITY: usize = 4_096;

/// Largest number of results recorded together.
const GROUP: usize = 2_048;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The result of an attempt that has ended but is not recorded yet.
pub(crate) struct UnrecordedResult {
    pub(crate) attempt: EndedAttempt,
    pub(crate) job_type: JobType,
    pub(crate) run_time: Duration,
    pub(crate) trace: Option<Box<AttemptTrace>>,
}

impl UnrecordedResult {
    fn into_parts(self) -> (EndedAttempt, Measured) {
        let measured = Measured {
            job_type: self.job_type,
            run_time: self.run_time,
            trace: self.trace,
        };
        (self.attempt, measured)
    }
}

/// Sends results to the recorder. Cheap to clone.
#[derive(Clone)]
pub(crate) struct RecorderHandle {
    results: mpsc::Sender<UnrecordedResult>,
}

impl RecorderHandle {
    /// Passes a result to the recorder; waits while too many are unrecorded.
    pub(crate) async fn record(&self, result: UnrecordedResult) {
        if self.results.send(result).await.is_err() {
            tracing::error!(
                "an attempt ended after the recorder had stopped; its lease will expire"
            );
        }
    }
}

/// What the metrics and the trace need of a result.
struct Measured {
    job_type: JobType,
    run_time: Duration,
    trace: Option<Box<AttemptTrace>>,
}

type Outcomes = Result<Vec<Result<JobStatus, StaleLease>>, StoreError>;

/// Records the results of attempts in groups: what arrives while one group is recorded forms the next.
pub(crate) struct ResultRecorder {
    work: Arc<dyn WorkQueue>,
    metrics: Arc<JobMetrics>,
    tracer: Tracer,
    inbox: mpsc::Receiver<UnrecordedResult>,
    stop_retrying: CancellationToken,
    abandoned: usize,
}

impl ResultRecorder {
    /// Creates a recorder that stops waiting for an unavailable store once `stop_retrying` is cancelled.
    pub(crate) fn new(
        work: Arc<dyn WorkQueue>,
        metrics: Arc<JobMetrics>,
        tracer: Tracer,
        stop_retrying: CancellationToken,
    ) -> (RecorderHandle, Self) {
        let (results, inbox) = mpsc::channel(CAPACITY);
        (
            RecorderHandle { results },
            Self {
                work,
                metrics,
                tracer,
                inbox,
                stop_retrying,
                abandoned: 0,
            },
        )
    }

    /// Runs until every handle is dropped and every result was processed. Returns how many results could not be recorded
    /// because the store stayed unavailable.
    pub(crate) async fn run(mut self) -> usize {
        let mut group = Vec::with_capacity(GROUP);
        while self.inbox.recv_many(&mut group, GROUP).await > 0 {
            let (attempts, measured): (Vec<_>, Vec<_>) =
                group.drain(..).map(UnrecordedResult::into_parts).unzip();
            self.record_group(attempts.into(), &measured).await;
        }
        self.abandoned
    }

    async fn record_group(&mut self, attempts: Arc<[EndedAttempt]>, measured: &[Measured]) {
        match self.record(&attempts).await {
            // A single result may be what the store cannot record, so the others are recorded one by one.
            Err(StoreError::Broken(_)) if attempts.len() > 1 => {
                for (attempt, measured) in attempts.iter().zip(measured) {
                    let single: Arc<[_]> = [attempt.clone()].into();
                    let outcomes = self.record(&single).await;
                    self.conclude(&single, std::slice::from_ref(measured), outcomes);
                }
            }
            outcomes => self.conclude(&attempts, measured, outcomes),
        }
    }

    /// Retries transient failures until `stop_retrying`: the work is done, so only the store may decide that a result does
    /// not count.
    async fn record(&self, attempts: &Arc<[EndedAttempt]>) -> Outcomes {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.work.finish(attempts.clone()).await {
                Err(error) if error.is_transient() && !self.stop_retrying.is_cancelled() => {
                    tracing::warn!(error = %ErrorChain(&error), "failed to record attempt results; retrying");
                    let waiting = tokio::time::sleep(pause);
                    self.stop_retrying.run_until_cancelled(waiting).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                outcomes => return outcomes,
            }
        }
    }

    fn conclude(&mut self, attempts: &[EndedAttempt], measured: &[Measured], outcomes: Outcomes) {
        match outcomes {
            Ok(outcomes) => {
                let results = attempts.iter().zip(measured).zip(outcomes);
                for ((attempt, measured), outcome) in results {
                    self.trace(attempt, measured, outcome);
                    self.count(attempt, measured, outcome);
                }
            }
            Err(error) => {
                for trace in measured
                    .iter()
                    .filter_map(|measured| measured.trace.as_ref())
                {
                    trace.discard(&self.tracer, Uncounted::Unrecorded);
                }
                for Lease { job_id, attempt } in attempts.iter().map(|ended| ended.lease) {
                    tracing::error!(error = %ErrorChain(&error), job = %job_id, attempt, "an attempt result was not recorded");
                }
                if error.is_transient() {
                    self.abandoned += attempts.len();
                }
            }
        }
    }

    /// Records the spans of an attempt, if its trace is recorded.
    fn trace(
        &self,
        attempt: &EndedAttempt,
        measured: &Measured,
        outcome: Result<JobStatus, StaleLease>,
    ) {
        let Some(trace) = &measured.trace else {
            return;
        };
        match outcome {
            Ok(status) => trace.finish(&self.tracer, &attempt.result, status),
            Err(_) => trace.discard(&self.tracer, Uncounted::LeaseLost),
        }
    }

    fn count(
        &self,
        attempt: &EndedAttempt,
        measured: &Measured,
        outcome: Result<JobStatus, StaleLease>,
    ) {
        let job_type = &measured.job_type;
        let status = match outcome {
            Ok(status) => status,
            Err(stale) => {
                let Lease { job_id, attempt } = attempt.lease;
                tracing::warn!(job = %job_id, attempt, error = %stale, "an attempt ended after its lease was lost; its result does not count");
                return;
            }
        };
        if attempt.result != AttemptResult::Released {
            let run_time = measured.run_time.as_secs_f64();
            self.metrics.observe_run(job_type, run_time);
        }
        match (&attempt.result, status) {
            (_, JobStatus::Completed) => self.metrics.count_completed(job_type),
            (AttemptResult::Failed { reason, .. }, JobStatus::Failed) => {
                self.metrics.count_failed(job_type, reason.as_str());
            }
            _ => {}
        }
    }
}
