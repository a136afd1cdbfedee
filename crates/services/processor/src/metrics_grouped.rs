//! Metrics of jobs that are started or recorded one after the other. Most of them have the same type and take similar times,
//! so a group costs little more than one job.

use std::sync::Arc;

use odd_contracts::{FailureReason, JobStatus, JobType, Timestamp};
use odd_core::ports::ClaimedJob;
use odd_core::{AttemptResult, LatencyBatch, TraceId};

use crate::metrics::{AttemptMetrics, JobMetrics, TypeMetrics};
use crate::objectives::ObjectiveCounters;

/// A trace, and when it was observed.
type Exemplar = Option<(TraceId, Timestamp)>;

/// The metrics of jobs that start one after the other. Their waits are added to the histograms when the type changes or this
/// is dropped.
pub(crate) struct StartingJobs<'m> {
    metrics: &'m JobMetrics,
    wait: LatencyBatch,
    of_type: Option<StartingType>,
}

/// Consecutive jobs of one type.
struct StartingType {
    job_type: JobType,
    metrics: Arc<TypeMetrics>,
    wait: LatencyBatch,
    objective: Option<Arc<ObjectiveCounters>>,
}

impl<'m> StartingJobs<'m> {
    pub(crate) fn new(metrics: &'m JobMetrics) -> Self {
        Self {
            metrics,
            wait: LatencyBatch::new(metrics.wait.clone()),
            of_type: None,
        }
    }

    /// Returns the metrics of an attempt of `job`.
    pub(crate) fn attempt(&mut self, job: &ClaimedJob) -> AttemptMetrics {
        let of_type = self.of_type(&job.job_type);
        let objective = of_type.objective.as_ref();
        AttemptMetrics {
            deadline: objective.and_then(|counters| counters.deadline(job)),
            of_type: of_type.metrics.clone(),
        }
    }

    /// Measures how long `job` waited until `now`, when it starts.
    pub(crate) fn measure_wait(&mut self, job: &ClaimedJob, now: Timestamp) {
        let since = |time| now.fractional_millis_since(time) / 1_000.0;
        let exemplar = job.trace.map(|trace| (trace.into(), now));
        self.wait.observe(since(job.ready_at), exemplar);
        if job.lease.attempt == 1 {
            let of_type = self.of_type(&job.job_type);
            of_type.wait.observe(since(job.wanted_at), exemplar);
        }
    }

    fn of_type(&mut self, job_type: &JobType) -> &mut StartingType {
        let is_same = |of_type: &StartingType| of_type.job_type == *job_type;
        if !self.of_type.as_ref().is_some_and(is_same) {
            let metrics = self.metrics.types.get(job_type);
            self.of_type = Some(StartingType {
                job_type: job_type.clone(),
                wait: LatencyBatch::new(metrics.wait.clone()),
                metrics,
                objective: self.metrics.objectives.of(job_type).cloned(),
            });
        }
        self.of_type.as_mut().expect("it was set above")
    }
}

/// The metrics of results that are recorded together. They are added when the type changes or this is dropped.
pub(crate) struct EndedJobs<'m> {
    run: LatencyBatch,
    finish: LatencyBatch,
    of_type: Option<EndedType<'m>>,
}

/// Consecutive results of one type.
struct EndedType<'m> {
    metrics: &'m TypeMetrics,
    run: LatencyBatch,
    completed: u64,
}

impl<'m> EndedJobs<'m> {
    pub(crate) fn new(metrics: &JobMetrics) -> Self {
        Self {
            run: LatencyBatch::new(metrics.run.clone()),
            finish: LatencyBatch::new(metrics.finish.clone()),
            of_type: None,
        }
    }

    /// Measures how long the handler of an attempt ran, and how long its result then took to be recorded, in seconds.
    pub(crate) fn measure(
        &mut self,
        metrics: &'m TypeMetrics,
        (run, finish): (f64, f64),
        exemplar: Exemplar,
    ) {
        self.of_type(metrics).run.observe(run, exemplar);
        self.run.observe(run, exemplar);
        self.finish.observe(finish, exemplar);
    }

    /// Counts the result of an attempt, after which its job has `status`.
    pub(crate) fn count(
        &mut self,
        metrics: &'m TypeMetrics,
        result: &AttemptResult,
        status: JobStatus,
    ) {
        match (result, status) {
            (_, JobStatus::Completed) => self.of_type(metrics).completed += 1,
            (AttemptResult::Failed { reason, .. }, status) => {
                count_failure(metrics, *reason, status);
            }
            _ => {}
        }
    }

    fn of_type(&mut self, metrics: &'m TypeMetrics) -> &mut EndedType<'m> {
        let is_same = |of_type: &EndedType<'_>| std::ptr::eq(of_type.metrics, metrics);
        if !self.of_type.as_ref().is_some_and(is_same) {
            self.of_type = Some(EndedType {
                metrics,
                run: LatencyBatch::new(metrics.run.clone()),
                completed: 0,
            });
        }
        self.of_type.as_mut().expect("it was set above")
    }
}

fn count_failure(metrics: &TypeMetrics, reason: FailureReason, status: JobStatus) {
    let counter = match status {
        JobStatus::Failed => metrics.failed(reason),
        JobStatus::Retrying => metrics.retried(reason),
        _ => return,
    };
    counter.inc();
}

impl Drop for EndedType<'_> {
    fn drop(&mut self) {
        self.metrics.completed.inc_by(self.completed);
    }
}
