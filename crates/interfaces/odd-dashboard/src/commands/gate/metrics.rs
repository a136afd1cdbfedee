use std::collections::BTreeSet;
use std::time::Duration;

use super::aspect::Checks;
use super::exposition;
use super::prometheus::Prometheus;
use super::work::Work;
use crate::commands::deployment::{Deployment, until};
use crate::monitoring::{always_present, deployment_of};
use odd_contracts::JobType;

const SUBMITTED: &str = "observatory_jobs_submitted_total";
const COMPLETED: &str = "observatory_jobs_completed_total";

/// Longest wait for a scrape that includes the job: a few scrape intervals.
const SCRAPE_LIMIT: Duration = Duration::from_secs(60);

/// The counters of the job's type.
pub(super) struct Counters {
    submitted: Result<f64, String>,
    completed: Result<f64, String>,
}

impl Counters {
    /// Reads the counters from Prometheus if there is one, otherwise from the roles.
    pub(super) async fn read(deployment: &Deployment, job_type: &JobType) -> Self {
        Self {
            submitted: counter(deployment, SUBMITTED, job_type).await,
            completed: counter(deployment, COMPLETED, job_type).await,
        }
    }
}

/// Returns the value of a counter: 0 if it does not exist yet.
async fn counter(deployment: &Deployment, name: &str, job_type: &JobType) -> Result<f64, String> {
    let Some(prometheus) = Prometheus::of(deployment) else {
        let value = exposition::sum(deployment, name, &[("type", job_type.as_str())]).await?;
        return Ok(value.unwrap_or_default());
    };
    let expression = format!(r#"sum({name}{{type="{job_type}"}})"#);
    let samples = prometheus.query(&expression).await?;
    Ok(samples.first().map_or(0.0, |sample| sample.value))
}

/// Checks that the counters count the job, and that Prometheus has every metric. Proof path P4.
pub(super) async fn check(
    deployment: &Deployment,
    work: &Work,
    before: &Counters,
    checks: &mut Checks,
) {
    let deadline = checks.deadline_within(SCRAPE_LIMIT);
    for (name, before) in [
        (SUBMITTED, &before.submitted),
        (COMPLETED, &before.completed),
    ] {
        let counted = until(deadline, async || {
            let before = *before.as_ref().map_err(Clone::clone)?;
            let after = counter(deployment, name, &work.job_type).await?;
            match after > before {
                true => Ok(format!("{before} before, {after} after")),
                false => Err(format!("it is {after}, as before the job")),
            }
        });
        checks.record(format!("P4: {name} counts the job"), counted.await);
    }
    let Some(prometheus) = Prometheus::of(deployment) else {
        checks.skip(
            "Prometheus has every metric",
            "give --prometheus to check it",
        );
        return;
    };
    let complete = until(deadline, async || every_family(&prometheus).await);
    checks.record(
        "Prometheus has every metric of the contract",
        complete.await,
    );
}

async fn every_family(prometheus: &Prometheus<'_>) -> Result<String, String> {
    let expression = r#"count by (__name__) ({__name__=~"observatory_.+|process_.+"})"#;
    let samples = prometheus.query(expression).await?;
    let names: BTreeSet<&str> = samples
        .iter()
        .filter_map(|sample| Some(sample.labels.get("__name__")?.as_str()))
        .collect();
    let expected = always_present(deployment_of(&names));
    let missing: Vec<&str> = expected
        .iter()
        .map(String::as_str)
        .filter(|name| !names.contains(name))
        .collect();
    match missing.is_empty() {
        true => Ok(format!("{} metrics", expected.len())),
        false => Err(format!("it lacks {}", missing.join(", "))),
    }
}
