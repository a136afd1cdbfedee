use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobStatus, JobType, Timestamp};
use odd_core::ports::ClaimedJob;
use odd_service_kit::{ByType, Metrics, TypeLabel};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

/// What the jobs of a type should achieve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Objective {
    /// Share of the jobs that should complete in time, between 0 and 1.
    pub ratio: f64,
    /// Time from the submission, or from the requested start if that is later, to the completion.
    pub within: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByTypeAndOutcome {
    r#type: TypeLabel,
    outcome: &'static str,
}

/// Counts the finished jobs of the types that have an objective.
pub(crate) struct Objectives(BTreeMap<JobType, Arc<ObjectiveCounters>>);

/// The counters of one type.
pub(crate) struct ObjectiveCounters {
    within: Duration,
    met: Counter,
    missed: Counter,
}

/// The objective of one job.
#[derive(Clone)]
pub(crate) struct Deadline {
    at: Timestamp,
    counters: Arc<ObjectiveCounters>,
}

impl Objectives {
    pub(crate) fn register(
        metrics: &mut Metrics,
        objectives: &BTreeMap<JobType, Objective>,
    ) -> Self {
        let ratios = Family::<ByType, Gauge<f64, std::sync::atomic::AtomicU64>>::default();
        let jobs = Family::<ByTypeAndOutcome, Counter>::default();
        metrics.register("observatory_objective_ratio", ratios.clone());
        metrics.register("observatory_objective_jobs", jobs.clone());
        let counters = objectives.iter().map(|(job_type, objective)| {
            let label = TypeLabel::configured(job_type);
            let by_type = ByType {
                r#type: label.clone(),
            };
            ratios.get_or_create(&by_type).set(objective.ratio);
            let counter = |outcome| {
                let r#type = label.clone();
                jobs.get_or_create_owned(&ByTypeAndOutcome { r#type, outcome })
            };
            let counters = ObjectiveCounters {
                within: objective.within,
                met: counter("met"),
                missed: counter("missed"),
            };
            (job_type.clone(), Arc::new(counters))
        });
        Self(counters.collect())
    }

    /// Returns the counters of a type, if it has an objective.
    pub(crate) fn of(&self, job_type: &JobType) -> Option<&Arc<ObjectiveCounters>> {
        match self.0.is_empty() {
            true => None,
            false => self.0.get(job_type),
        }
    }

    /// Counts a job that failed without an attempt of this process, in its `run`.
    pub(crate) fn count_failed(&self, job_type: &JobType, run: u32) {
        if let Some(counters) = self.of(job_type).filter(|_| run == 1) {
            counters.missed.inc();
        }
    }
}

impl ObjectiveCounters {
    /// Returns the deadline of a job. A run that an operator started does not count: the job is late already.
    pub(crate) fn deadline(self: &Arc<Self>, job: &ClaimedJob) -> Option<Deadline> {
        let within_ms = u64::try_from(self.within.as_millis()).unwrap_or(u64::MAX);
        (job.run == 1).then(|| Deadline {
            at: job.wanted_at.plus_millis(within_ms),
            counters: self.clone(),
        })
    }
}

impl Deadline {
    /// Counts a job that has this status since `now`. Cancelled and unfinished jobs do not count.
    pub(crate) fn count(&self, status: JobStatus, now: Timestamp) {
        match status {
            JobStatus::Completed if now <= self.at => self.counters.met.inc(),
            JobStatus::Completed | JobStatus::Failed => self.counters.missed.inc(),
            _ => return,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deadline(at: i64) -> Deadline {
        Deadline {
            at: Timestamp::from_micros(at),
            counters: Arc::new(ObjectiveCounters {
                within: Duration::ZERO,
                met: Counter::default(),
                missed: Counter::default(),
            }),
        }
    }

    #[test]
    fn only_a_completion_in_time_meets_the_objective() {
        for (status, now, expected) in [
            (JobStatus::Completed, 9, (1, 0)),
            (JobStatus::Completed, 10, (1, 0)),
            (JobStatus::Completed, 11, (0, 1)),
            (JobStatus::Failed, 1, (0, 1)),
            (JobStatus::Cancelled, 1, (0, 0)),
            (JobStatus::Retrying, 1, (0, 0)),
            (JobStatus::Pending, 11, (0, 0)),
        ] {
            let deadline = deadline(10);
            deadline.count(status, Timestamp::from_micros(now));
            let counters = &deadline.counters;
            let counted = (counters.met.get(), counters.missed.get());
            assert_eq!(counted, expected, "{status} at {now}");
        }
    }
}
