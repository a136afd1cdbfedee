use odd_contracts::JobType;
use odd_service_kit::{ByType, Metrics, TypeLabels};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// Counts accepted jobs by type.
pub(crate) struct SubmissionMetrics {
    submitted: Family<ByType, Counter>,
    types: TypeLabels,
}

impl SubmissionMetrics {
    pub(crate) fn register(metrics: &mut Metrics) -> Self {
        let submitted = Family::default();
        metrics.register(
            "observatory_jobs_submitted",
            "Jobs accepted and stored",
            submitted.clone(),
        );
        Self {
            submitted,
            types: TypeLabels::new(),
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
            let labels = self.types.by_type(job_type);
            self.submitted.get_or_create(&labels).inc_by(jobs);
        }
    }
}
