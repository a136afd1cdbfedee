use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobStatus, Timestamp};
use odd_core::AttemptResult;
use odd_core::ports::{Clock, EndedAttempt, ErrorChain, Lease, StaleLease, StoreError, WorkQueue};
use odd_service_kit::telemetry::Tracer;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::attempt_trace::{AttemptTrace, Uncounted};
use crate::metrics::{AttemptMetrics, JobMetrics};
use crate::metrics_grouped::EndedJobs;

/// Results that may wait to be recorded. When the channel is full, senders wait.
const CAPACITY: usize = 4_096;

/// Largest number of results recorded together.
const GROUP: usize = 2_048;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The result of an attempt that has ended but is not recorded yet.
pub(crate) struct UnrecordedResult {
    pub(crate) attempt: EndedAttempt,
    pub(crate) metrics: AttemptMetrics,
    pub(crate) run_time: Duration,
    pub(crate) ended_at: Instant,
    pub(crate) trace: Option<Box<AttemptTrace>>,
}

/// Sends results to the recorder. Cheap to clone.
#[derive(Clone)]
pub(crate) struct RecorderHandle {
    results: mpsc::Sender<UnrecordedResult>,
}

impl UnrecordedResult {
    fn split(self) -> (EndedAttempt, Measured) {
        let measured = Measured {
            metrics: self.metrics,
            run_time: self.run_time,
            ended_at: self.ended_at,
            trace: self.trace,
        };
        (self.attempt, measured)
    }
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
    metrics: AttemptMetrics,
    run_time: Duration,
    ended_at: Instant,
    trace: Option<Box<AttemptTrace>>,
}

type Outcomes = Result<Vec<Result<JobStatus, StaleLease>>, StoreError>;

/// Records the results of attempts in groups: what arrives while one group is recorded forms the next.
pub(crate) struct ResultRecorder {
    work: Arc<dyn WorkQueue>,
    metrics: Arc<JobMetrics>,
    clock: Arc<dyn Clock>,
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
        clock: Arc<dyn Clock>,
        tracer: Tracer,
        stop_retrying: CancellationToken,
    ) -> (RecorderHandle, Self) {
        let (results, inbox) = mpsc::channel(CAPACITY);
        (
            RecorderHandle { results },
            Self {
                work,
                metrics,
                clock,
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
                group.drain(..).map(UnrecordedResult::split).unzip();
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
                let now = (Instant::now(), self.clock.now());
                let mut ended = EndedJobs::new(&self.metrics);
                let results = attempts.iter().zip(measured).zip(outcomes);
                for ((attempt, measured), outcome) in results {
                    self.trace(attempt, measured, outcome);
                    count(&mut ended, attempt, measured, outcome, now);
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
}

fn count<'m>(
    ended: &mut EndedJobs<'m>,
    attempt: &EndedAttempt,
    measured: &'m Measured,
    outcome: Result<JobStatus, StaleLease>,
    (now, store_time): (Instant, Timestamp),
) {
    let status = match outcome {
        Ok(status) => status,
        Err(stale) => {
            let Lease { job_id, attempt } = attempt.lease;
            tracing::warn!(job = %job_id, attempt, error = %stale, "an attempt ended after its lease was lost; its result does not count");
            return;
        }
    };
    let AttemptMetrics { of_type, deadline } = &measured.metrics;
    if attempt.result != AttemptResult::Released {
        let trace = measured.trace.as_ref();
        let exemplar = trace.map(|trace| (trace.context().into(), store_time));
        let finish = now.duration_since(measured.ended_at);
        let seconds = (measured.run_time.as_secs_f64(), finish.as_secs_f64());
        ended.measure(of_type, seconds, exemplar);
    }
    ended.count(of_type, &attempt.result, status);
    if let Some(deadline) = deadline {
        deadline.count(status, store_time);
    }
}
