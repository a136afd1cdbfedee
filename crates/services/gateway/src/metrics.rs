use std::sync::Arc;
use std::time::Instant;

use odd_contracts::{JobType, Timestamp};
use odd_core::{Clock, LatencyHistogram, NewJob, PublishLatency, SystemClock, TraceId};
use odd_service_kit::{ByType, Metrics, PerType};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// Counts accepted jobs by type, and measures what the gateway does with them.
pub(crate) struct SubmissionMetrics {
    submitted: PerType<Counter>,
    validate: Arc<LatencyHistogram>,
    store: Arc<LatencyHistogram>,
}

impl SubmissionMetrics {
    /// Registers the metric families. `publishing` is present if the gateway publishes its commits.
    pub(crate) fn register(metrics: &mut Metrics, publishing: Option<PublishLatency>) -> Self {
        let submitted = Family::<ByType, Counter>::default();
        metrics.register("observatory_jobs_submitted", submitted.clone());
        let stages = metrics.histograms("observatory_job_stage_seconds");
        if let Some(PublishLatency { outbox, broker }) = publishing {
            stages.add(&["outbox"], outbox);
            stages.add(&["broker"], broker);
        }
        Self {
            submitted: PerType::new(move |label| {
                let r#type = label.clone();
                submitted.get_or_create_owned(&ByType { r#type })
            }),
            validate: stages.series(&["validate"]),
            store: stages.series(&["store"]),
        }
    }

    /// Counts new jobs. Consecutive jobs of one type are counted in one step.
    pub(crate) fn count<'a>(&self, types: impl Iterator<Item = &'a JobType>) {
        let mut types = types.peekable();
        while let Some(job_type) = types.next() {
            let mut jobs = 1;
            while types.next_if_eq(&job_type).is_some() {
                jobs += 1;
            }
            self.submitted.with(job_type, |submitted| {
                submitted.inc_by(jobs);
            });
        }
    }

    /// Measures how long `jobs` of one request took to be read and validated. Returns the present, when storing them
    /// begins.
    pub(crate) fn validated(&self, received_at: Instant, jobs: &[NewJob]) -> Instant {
        let now = Instant::now();
        let took = now.duration_since(received_at).as_secs_f64();
        let exemplar = exemplar(jobs);
        self.validate
            .observe_group(took, jobs.len() as u64, exemplar);
        now
    }

    /// Measures how long `jobs` of one request took to be stored.
    pub(crate) fn stored(&self, began: Instant, jobs: &[NewJob]) {
        let took = began.elapsed().as_secs_f64();
        let exemplar = exemplar(jobs);
        self.store.observe_group(took, jobs.len() as u64, exemplar);
    }
}

/// Returns the trace of the jobs of one request, if it is recorded.
fn exemplar(jobs: &[NewJob]) -> Option<(TraceId, Timestamp)> {
    let trace = jobs.first()?.trace?;
    Some((trace.into(), SystemClock.now()))
}
