use std::collections::BTreeMap;
use std::sync::Arc;

use odd_contracts::{FailureReason, JobStatus, JobType};
use odd_core::ports::{LostAttempt, RefusedJob};
use odd_core::{LatencyHistogram, PublishLatency};
use odd_service_kit::{ByType, Metrics, PerType, TypeLabel};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use crate::objectives::{Deadline, Objective, Objectives};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByTypeAndReason {
    r#type: TypeLabel,
    reason: &'static str,
}

/// The processor's metrics of jobs.
pub(crate) struct JobMetrics {
    pub(crate) types: PerType<TypeMetrics>,
    pub(crate) objectives: Objectives,
    /// The stages of an attempt.
    pub(crate) wait: Arc<LatencyHistogram>,
    pub(crate) run: Arc<LatencyHistogram>,
    pub(crate) finish: Arc<LatencyHistogram>,
}

/// The metrics of one job type. Everything is at zero from the start, because the first increase of a counter that did not
/// exist before is invisible to a rate.
pub(crate) struct TypeMetrics {
    pub(crate) completed: Counter,
    failed: [Counter; FailureReason::ALL.len()],
    retried: [Counter; FailureReason::ALL.len()],
    lost: Counter,
    pub(crate) run: Arc<LatencyHistogram>,
    pub(crate) wait: Arc<LatencyHistogram>,
    busy: Gauge,
}

/// The metrics of one attempt.
pub(crate) struct AttemptMetrics {
    pub(crate) of_type: Arc<TypeMetrics>,
    /// Present if the type has an objective that the attempt counts for.
    pub(crate) deadline: Option<Deadline>,
}

/// Counts a running attempt until dropped.
pub(crate) struct Busy(Gauge);

impl Busy {
    pub(crate) fn new(metrics: &TypeMetrics) -> Self {
        metrics.busy.inc();
        Self(metrics.busy.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl TypeMetrics {
    pub(crate) fn failed(&self, reason: FailureReason) -> &Counter {
        &self.failed[reason as usize]
    }

    pub(crate) fn retried(&self, reason: FailureReason) -> &Counter {
        &self.retried[reason as usize]
    }
}

impl JobMetrics {
    /// Registers the metric families. `publishing` is present if the processor publishes its commits.
    pub(crate) fn register(
        metrics: &mut Metrics,
        handled: &[JobType],
        objectives: &BTreeMap<JobType, Objective>,
        publishing: Option<PublishLatency>,
    ) -> Self {
        let stages = metrics.histograms("observatory_job_stage_seconds");
        if let Some(PublishLatency { outbox, broker }) = publishing {
            stages.add(&["outbox"], outbox);
            stages.add(&["broker"], broker);
        }
        let types = per_type(metrics);
        let connected = Family::<ByType, Gauge>::default();
        metrics.register("observatory_worker_connected", connected.clone());
        for job_type in handled {
            types.get(job_type);
        }
        let labels = handled.iter().map(|job_type| types.label(job_type));
        for r#type in labels {
            connected.get_or_create(&ByType { r#type }).set(1);
        }
        Self {
            types,
            objectives: Objectives::register(metrics, objectives),
            wait: stages.series(&["wait"]),
            run: stages.series(&["run"]),
            finish: stages.series(&["finish"]),
        }
    }

    /// Counts an attempt whose worker disappeared.
    pub(crate) fn count_lost(&self, lost: &LostAttempt) {
        let metrics = self.types.get(&lost.job_type);
        metrics.lost.inc();
        match lost.status {
            JobStatus::Failed => {
                metrics.failed(FailureReason::WorkerLost).inc();
                self.objectives.count_failed(&lost.job_type, lost.run);
            }
            JobStatus::Pending => {
                metrics.retried(FailureReason::WorkerLost).inc();
            }
            _ => {}
        }
    }

    /// Counts a job that failed because its handler refused the payload.
    pub(crate) fn count_refused(&self, job: &RefusedJob) {
        let metrics = self.types.get(&job.job_type);
        metrics.failed(FailureReason::InvalidPayload).inc();
        self.objectives.count_failed(&job.job_type, job.run);
    }
}

fn per_type(metrics: &mut Metrics) -> PerType<TypeMetrics> {
    let completed = Family::<ByType, Counter>::default();
    let failed = Family::<ByTypeAndReason, Counter>::default();
    let retried = Family::<ByTypeAndReason, Counter>::default();
    let lost = Family::<ByType, Counter>::default();
    let busy = Family::<ByType, Gauge>::default();
    metrics.register("observatory_jobs_completed", completed.clone());
    metrics.register("observatory_jobs_failed", failed.clone());
    metrics.register("observatory_attempts_retried", retried.clone());
    metrics.register("observatory_attempts_lost", lost.clone());
    metrics.register("observatory_worker_busy", busy.clone());
    let run = metrics.histograms("observatory_job_duration_seconds");
    let wait = metrics.histograms("observatory_job_wait_seconds");
    PerType::new(move |label| {
        let by_type = ByType {
            r#type: label.clone(),
        };
        TypeMetrics {
            completed: completed.get_or_create_owned(&by_type),
            failed: by_reason(&failed, label),
            retried: by_reason(&retried, label),
            lost: lost.get_or_create_owned(&by_type),
            run: run.series(&[label.as_str()]),
            wait: wait.series(&[label.as_str()]),
            busy: busy.get_or_create_owned(&by_type),
        }
    })
}

fn by_reason(
    family: &Family<ByTypeAndReason, Counter>,
    label: &TypeLabel,
) -> [Counter; FailureReason::ALL.len()] {
    FailureReason::ALL.map(|reason| {
        family.get_or_create_owned(&ByTypeAndReason {
            r#type: label.clone(),
            reason: reason.as_str(),
        })
    })
}

#[cfg(test)]
mod tests {
    use odd_service_kit::ServiceInfo;

    use super::*;

    fn registered(objectives: &BTreeMap<JobType, Objective>) -> (Metrics, JobMetrics) {
        let mut metrics = Metrics::new(&ServiceInfo::new("processor", "1.2.3", "abc"));
        let handled = ["echo".parse().expect("legal")];
        let jobs = JobMetrics::register(&mut metrics, &handled, objectives, None);
        (metrics, jobs)
    }

    fn assert_samples(metrics: &Metrics, samples: &[&str]) {
        let text = metrics.render();
        for sample in samples {
            assert!(text.lines().any(|line| line == *sample), "{sample}\n{text}");
        }
    }

    #[test]
    fn handled_types_are_at_zero_before_the_first_job() {
        let (metrics, _jobs) = registered(&BTreeMap::new());
        assert_samples(
            &metrics,
            &[
                r#"observatory_worker_connected{service="processor",type="echo"} 1"#,
                r#"observatory_worker_busy{service="processor",type="echo"} 0"#,
                r#"observatory_jobs_completed_total{service="processor",type="echo"} 0"#,
                r#"observatory_attempts_lost_total{service="processor",type="echo"} 0"#,
                r#"observatory_jobs_failed_total{service="processor",type="echo",reason="timed_out"} 0"#,
                r#"observatory_job_duration_seconds_count{service="processor",type="echo"} 0"#,
                r#"observatory_job_stage_seconds_count{service="processor",stage="finish"} 0"#,
            ],
        );
    }

    #[test]
    fn handled_types_have_labels_before_the_types_of_other_processors() {
        let mut metrics = Metrics::new(&ServiceInfo::new("processor", "1.2.3", "abc"));
        let name = |n: usize| format!("type-{n}").parse().expect("legal");
        let handled: Vec<JobType> = (0..100).map(name).collect();
        let jobs = JobMetrics::register(&mut metrics, &handled, &BTreeMap::new(), None);
        for n in 90..110 {
            jobs.count_lost(&LostAttempt {
                job_type: name(n),
                run: 1,
                status: JobStatus::Pending,
            });
        }
        assert_samples(
            &metrics,
            &[
                r#"observatory_worker_connected{service="processor",type="type-99"} 1"#,
                r#"observatory_attempts_lost_total{service="processor",type="type-99"} 1"#,
                r#"observatory_attempts_lost_total{service="processor",type="other"} 10"#,
            ],
        );
    }

    #[test]
    fn lost_attempts_are_counted_with_what_followed() {
        let (metrics, jobs) = registered(&BTreeMap::new());
        let lost = |status| LostAttempt {
            job_type: "crash".parse().expect("legal"),
            run: 1,
            status,
        };
        for status in [
            JobStatus::Pending,
            JobStatus::Pending,
            JobStatus::Failed,
            JobStatus::Cancelled,
        ] {
            jobs.count_lost(&lost(status));
        }
        assert_samples(
            &metrics,
            &[
                r#"observatory_attempts_lost_total{service="processor",type="crash"} 4"#,
                r#"observatory_attempts_retried_total{service="processor",type="crash",reason="worker_lost"} 2"#,
                r#"observatory_jobs_failed_total{service="processor",type="crash",reason="worker_lost"} 1"#,
            ],
        );
    }

    #[test]
    fn reasons_have_counters_of_their_own() {
        let (metrics, jobs) = registered(&BTreeMap::new());
        let echo = jobs.types.get(&"echo".parse().expect("legal"));
        for (times, reason) in (1_u64..).zip(FailureReason::ALL) {
            echo.failed(reason).inc_by(times);
        }
        for (times, reason) in (1..).zip(FailureReason::ALL) {
            let labels = format!(
                r#"service="processor",type="echo",reason="{}""#,
                reason.as_str()
            );
            let sample = format!("observatory_jobs_failed_total{{{labels}}} {times}");
            assert_samples(&metrics, &[&sample]);
        }
    }

    #[test]
    fn refused_payload_of_the_first_run_misses_the_objective() {
        let objective = Objective {
            ratio: 0.9,
            within: std::time::Duration::from_secs(1),
        };
        let objectives = BTreeMap::from([("echo".parse().expect("legal"), objective)]);
        let (metrics, jobs) = registered(&objectives);
        for run in [1, 2] {
            jobs.count_refused(&RefusedJob {
                job_type: "echo".parse().expect("legal"),
                run,
            });
        }
        assert_samples(
            &metrics,
            &[
                r#"observatory_objective_ratio{service="processor",type="echo"} 0.9"#,
                r#"observatory_objective_jobs_total{service="processor",type="echo",outcome="met"} 0"#,
                r#"observatory_objective_jobs_total{service="processor",type="echo",outcome="missed"} 1"#,
                r#"observatory_jobs_failed_total{service="processor",type="echo",reason="invalid_payload"} 2"#,
            ],
        );
    }
}
