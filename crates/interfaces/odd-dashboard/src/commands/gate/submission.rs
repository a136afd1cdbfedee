use odd_contracts::schema::Schemas;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::aspect::Checks;
use super::work::Work;
use crate::commands::deployment::{Answer, Deployment};

/// Submits the job. Proof path P1.
pub(super) async fn check(deployment: &Deployment, work: &Work, checks: &mut Checks) {
    let body = json!({
        "id": work.job_id,
        "type": work.job_type,
        "payload": work.payload,
        "tags": ["gate"],
    });
    let accepted = submit(deployment, &body).await.and_then(|answer| {
        let location = answer.location.clone();
        let expected = format!("/jobs/{}", work.job_id);
        if location.as_deref() != Some(expected.as_str()) {
            return Err(format!(
                "the header Location is {location:?}, not {expected}"
            ));
        }
        follows("job", &answer.json()?)?;
        Ok(format!("201, and the job follows job.json: {expected}"))
    });
    checks.record("P1: the gateway accepts a job", accepted);
}

/// Submits a job, which must be new.
pub(super) async fn submit(deployment: &Deployment, body: &Value) -> Result<Answer, String> {
    let answer = deployment
        .command(Method::POST, "/jobs", Some(body))
        .await?;
    answer.expect(StatusCode::CREATED)
}

/// Checks that a value follows a schema of the contracts.
pub(super) fn follows(schema: &str, value: &Value) -> Result<(), String> {
    let compiled = Schemas::embedded()
        .get(schema)
        .ok_or_else(|| format!("there is no schema {schema}"))?;
    compiled.validate(value).map_err(|errors| {
        let first = errors.first();
        let first = first.map(|error| format!("{}: {}", error.pointer, error.message));
        format!("violates {schema}.json: {}", first.unwrap_or_default())
    })
}
