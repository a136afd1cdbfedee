use std::time::Duration;

use super::aspect::Checks;
use super::submission::follows;
use super::work::Work;
use crate::commands::deployment::{Deployment, until};
use reqwest::StatusCode;
use serde_json::Value;

/// Longest wait for the job to complete. It is generous, because the deployment may be busy.
const COMPLETION_LIMIT: Duration = Duration::from_secs(60);

/// The events of a job that completes at the first attempt, in order. Progress reports may come between the last two.
const EXPECTED: [&str; 4] = [
    "job.created",
    "job.validated",
    "job.started",
    "job.completed",
];

/// Follows the job to its end. Proof paths P2 and P3. Returns the completed job as the gateway shows it.
pub(super) async fn check(
    deployment: &Deployment,
    work: &Work,
    checks: &mut Checks,
) -> Option<Value> {
    let deadline = checks.deadline_within(COMPLETION_LIMIT);
    let completed = until(deadline, async || {
        let answer = deployment
            .gateway(&format!("/jobs/{}", work.job_id))
            .await?;
        let job = answer.expect(StatusCode::OK)?.json()?;
        match job["status"].as_str() {
            Some("COMPLETED") => Ok(job),
            status => Err(format!("its status is {}", status.unwrap_or("missing"))),
        }
    })
    .await;
    let job = completed.as_ref().ok().cloned();
    let events = until(deadline, async || complete_history(deployment, work).await).await;
    let described = events.as_ref().map(|events| {
        format!(
            "{} events follow event-envelope.json and have the job's id",
            events.len()
        )
    });
    checks.record(
        "P2: its events carry its id",
        described.map_err(Clone::clone),
    );
    checks.record(
        "P3: the job is COMPLETED",
        completed.map(|_| "the gateway shows it so"),
    );
    if let Ok(events) = events {
        checks.record("its history has no gap", in_order(&events));
    }
    job
}

/// Returns the events of the job, which must be valid and end with its completion.
async fn complete_history(deployment: &Deployment, work: &Work) -> Result<Vec<Value>, String> {
    let path = format!("/jobs/{}/events", work.job_id);
    let list = deployment
        .read_model(&path)
        .await?
        .expect(StatusCode::OK)?
        .json()?;
    let events = list["events"].as_array().cloned().unwrap_or_default();
    for event in &events {
        follows("event-envelope", event)?;
        if event["payload"]["jobId"] != work.job_id.to_string() {
            return Err(format!(
                "an event has the jobId {}",
                event["payload"]["jobId"]
            ));
        }
    }
    match events.last().and_then(|event| event["eventType"].as_str()) {
        Some("job.completed") => Ok(events),
        Some(other) => Err(format!("the last event is {other}")),
        None => Err("the read-model shows no events of the job".to_owned()),
    }
}

fn in_order(events: &[Value]) -> Result<String, String> {
    let versions: Vec<u64> = events
        .iter()
        .filter_map(|event| event["payload"]["version"].as_u64())
        .collect();
    if !versions.iter().copied().eq(1..=events.len() as u64) {
        return Err(format!("the versions are {versions:?}"));
    }
    let types: Vec<&str> = events
        .iter()
        .filter_map(|event| event["eventType"].as_str())
        .filter(|name| *name != "job.progressed")
        .collect();
    if types == EXPECTED {
        return Ok(types.join(", "));
    }
    // A busy or faulty deployment may need several attempts; each of them starts, and the last one completes.
    let is_retried = types.first() == Some(&EXPECTED[0])
        && types.last() == Some(&EXPECTED[3])
        && types.contains(&EXPECTED[2]);
    match is_retried {
        true => Ok(format!("after a retry: {}", types.join(", "))),
        false => Err(format!("the events are {}", types.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn events(types: &[(&str, u64)]) -> Vec<Value> {
        types
            .iter()
            .map(|(name, version)| json!({"eventType": name, "payload": {"version": version}}))
            .collect()
    }

    #[test]
    fn history_with_a_gap_or_without_a_start_is_rejected() {
        let complete = [
            ("job.created", 1),
            ("job.validated", 2),
            ("job.started", 3),
            ("job.completed", 4),
        ];
        assert!(in_order(&events(&complete)).is_ok());
        let gap = [
            ("job.created", 1),
            ("job.validated", 2),
            ("job.started", 4),
            ("job.completed", 5),
        ];
        assert!(in_order(&events(&gap)).is_err());
        let no_start = [
            ("job.created", 1),
            ("job.validated", 2),
            ("job.completed", 3),
        ];
        assert!(in_order(&events(&no_start)).is_err());
    }
}
