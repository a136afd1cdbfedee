use std::collections::BTreeSet;
use std::time::Duration;

use odd_contracts::counted;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::time::Instant;

use super::aspect::Checks;
use super::work::Work;
use crate::commands::deployment::{Deployment, until};

/// Longest wait for the views to include the job.
const VIEWS_LIMIT: Duration = Duration::from_secs(15);

/// Checks that every API reports the same about the completed job.
pub(super) async fn check(
    deployment: &Deployment,
    work: &Work,
    completed: Option<&Value>,
    checks: &mut Checks,
) {
    let Some(job) = completed else {
        checks.record(
            "the APIs show the completed job",
            Err::<String, _>("it did not complete".to_owned()),
        );
        return;
    };
    let deadline = checks.deadline.min(Instant::now() + VIEWS_LIMIT);
    let id = work.job_id;
    let shown = until(deadline, async || {
        let shown = read(deployment, &format!("/jobs/{id}")).await?;
        same("the job", &shown, job)
    });
    checks.record(
        "/jobs/{id} of the read-model equals that of the gateway",
        shown.await,
    );
    let listed = until(deadline, async || in_list(deployment, work, job).await);
    checks.record("/jobs lists it with the same status", listed.await);
    let events = until(deadline, async || same_events(deployment, work, job).await);
    checks.record("/events and /jobs/{id}/events agree with it", events.await);
    let explained = until(deadline, async || {
        let explanation = read(deployment, &format!("/explain/{id}")).await?;
        same("the status", &explanation["status"], &job["status"])
    });
    checks.record("/explain/{id} agrees with it", explained.await);
    let counted = until(deadline, async || in_snapshot(deployment, work).await);
    checks.record("/metrics/snapshot and /timeseries count it", counted.await);
    let totals = until(deadline, async || totals(deployment).await);
    checks.record("/stats and /overview add up", totals.await);
    let services = until(deadline, async || all_up(deployment).await);
    checks.record("/services reports every role as up", services.await);
}

async fn read(deployment: &Deployment, path: &str) -> Result<Value, String> {
    deployment
        .read_model(path)
        .await?
        .expect(StatusCode::OK)?
        .json()
}

fn same(what: &str, found: &Value, expected: &Value) -> Result<String, String> {
    match found == expected {
        true => Ok("they are equal".to_owned()),
        false => Err(format!("{what} differs: {found} instead of {expected}")),
    }
}

async fn in_list(deployment: &Deployment, work: &Work, job: &Value) -> Result<String, String> {
    let created = job["createdAt"].as_str().unwrap_or_default();
    let path = format!(
        "/jobs?type={}&since={created}&sort=-createdAt&limit=100",
        work.job_type
    );
    let list = read(deployment, &path).await?;
    let jobs = list["jobs"].as_array().ok_or("the answer has no jobs")?;
    let found = jobs.iter().find(|found| found["id"] == job["id"]);
    let found = found.ok_or("the job is not in the list")?;
    same("the status", &found["status"], &job["status"])
}

async fn same_events(deployment: &Deployment, work: &Work, job: &Value) -> Result<String, String> {
    let ids = async |path: String| {
        let list = read(deployment, &path).await?;
        let events = list["events"]
            .as_array()
            .cloned()
            .ok_or("the answer has no events")?;
        Ok::<_, String>(events)
    };
    let history = ids(format!("/jobs/{}/events", work.job_id)).await?;
    let listed = ids(format!("/events?jobId={}&limit=100", work.job_id)).await?;
    let ids = |events: &[Value]| -> BTreeSet<String> {
        events
            .iter()
            .map(|event| event["eventId"].to_string())
            .collect()
    };
    if ids(&history) != ids(&listed) {
        return Err(format!(
            "/events has {} of the job, its history {}",
            counted(listed.len() as u64, "event"),
            history.len()
        ));
    }
    let last = history.last().ok_or("the history is empty")?;
    same("the status", &last["payload"]["status"], &job["status"])?;
    same("the version", &last["payload"]["version"], &job["version"])
}

async fn in_snapshot(deployment: &Deployment, work: &Work) -> Result<String, String> {
    let snapshot = read(deployment, "/metrics/snapshot").await?;
    let types = snapshot["types"]
        .as_array()
        .ok_or("the snapshot has no types")?;
    let found = types
        .iter()
        .find(|found| found["type"] == work.job_type.as_str());
    let completed = found
        .and_then(|found| found["completed"].as_u64())
        .unwrap_or_default();
    let path = format!(
        "/timeseries?metric=completed&window=15m&type={}",
        work.job_type
    );
    let series = read(deployment, &path).await?;
    let points = series["points"]
        .as_array()
        .ok_or("the series has no points")?;
    let sum: f64 = points
        .iter()
        .filter_map(|point| point["value"].as_f64())
        .sum();
    match completed > 0 && sum > 0.0 {
        true => Ok(format!(
            "{completed} in the last five minutes, {sum} in the last fifteen"
        )),
        false => Err(format!(
            "the snapshot counts {completed} completed jobs, the series {sum}"
        )),
    }
}

async fn totals(deployment: &Deployment) -> Result<String, String> {
    for path in ["/stats", "/overview"] {
        let answer = read(deployment, path).await?;
        let stats = if path == "/stats" {
            &answer
        } else {
            &answer["stats"]
        };
        let count = |name: &str| stats[name].as_u64().ok_or(format!("{path} has no {name}"));
        let mut sum = 0;
        for name in [
            "pendingJobs",
            "executingJobs",
            "completedJobs",
            "failedJobs",
            "cancelledJobs",
        ] {
            sum += count(name)?;
        }
        let total = count("totalJobs")?;
        if sum != total {
            return Err(format!(
                "{path} counts {total} jobs, but its parts add up to {sum}"
            ));
        }
    }
    Ok("the parts add up to the total".to_owned())
}

async fn all_up(deployment: &Deployment) -> Result<String, String> {
    let list = read(deployment, "/services").await?;
    let services = list["services"]
        .as_array()
        .ok_or("the answer has no services")?;
    if services.is_empty() {
        return Err("the list is empty: configure ODD_SERVICES of the read-model".to_owned());
    }
    match services.iter().find(|service| service["status"] != "up") {
        Some(service) => Err(format!(
            "{} is {}: {}",
            service["name"], service["status"], service["detail"]
        )),
        None => Ok(format!("{} roles", services.len())),
    }
}
