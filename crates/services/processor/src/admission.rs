use std::sync::Arc;

use odd_contracts::JobType;
use odd_core::ports::{Admission, RefusedJob};
use odd_worker::HandlerRegistry;

use crate::metrics::JobMetrics;

/// Checks payloads with the handlers, and counts the jobs that fail because their payload is refused.
pub(crate) struct CountedAdmission {
    pub(crate) registry: HandlerRegistry,
    pub(crate) metrics: Arc<JobMetrics>,
}

impl Admission for CountedAdmission {
    fn admit(&self, job_type: &JobType, payload: Option<&str>) -> Result<(), String> {
        self.registry.admit(job_type, payload)
    }

    fn refused(&self, job: &RefusedJob) {
        self.metrics.count_refused(job);
    }
}
