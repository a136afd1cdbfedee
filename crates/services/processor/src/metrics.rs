use odd_contracts::JobType;
use odd_service_kit::{ByType, Metrics, TypeLabel, TypeLabels};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

/// Histogram bounds in seconds, from a tenth of a millisecond to an hour.
const BOUNDS: [f64; 16] = [
    0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0,
    3600.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByTypeAndReason {
    r#type: TypeLabel,
    reason: &'static str,
}

/// The processor's metrics of jobs.
pub(crate) struct JobMetrics {
    labels: TypeLabels,
    completed: Family<ByType, Counter>,
    failed: Family<ByTypeAndReason, Counter>,
    run: Family<ByType, Histogram, fn() -> Histogram>,
    wait: Family<ByType, Histogram, fn() -> Histogram>,
}

fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

impl JobMetrics {
    /// Registers the metric families.
    pub(crate) fn register(metrics: &mut Metrics) -> Self {
        let families = Self {
            labels: TypeLabels::new(),
            completed: Family::default(),
            failed: Family::default(),
            run: Family::new_with_constructor(histogram),
            wait: Family::new_with_constructor(histogram),
        };
        metrics.register(
            "observatory_jobs_completed",
            "Jobs that completed",
            families.completed.clone(),
        );
        metrics.register(
            "observatory_jobs_failed",
            "Jobs that failed and are not retried",
            families.failed.clone(),
        );
        metrics.register(
            "observatory_job_duration_seconds",
            "Run time of attempts",
            families.run.clone(),
        );
        metrics.register(
            "observatory_job_wait_seconds",
            "From submission to the start of the first attempt",
            families.wait.clone(),
        );
        families
    }

    pub(crate) fn observe_wait(&self, job_type: &JobType, seconds: f64) {
        self.wait
            .get_or_create(&self.labels.by_type(job_type))
            .observe(seconds);
    }

    pub(crate) fn observe_run(&self, job_type: &JobType, seconds: f64) {
        self.run
            .get_or_create(&self.labels.by_type(job_type))
            .observe(seconds);
    }

    pub(crate) fn count_completed(&self, job_type: &JobType) {
        self.completed
            .get_or_create(&self.labels.by_type(job_type))
            .inc();
    }

    pub(crate) fn count_failed(&self, job_type: &JobType, reason: &'static str) {
        let labels = ByTypeAndReason {
            r#type: self.labels.label(job_type),
            reason,
        };
        self.failed.get_or_create(&labels).inc();
    }
}
