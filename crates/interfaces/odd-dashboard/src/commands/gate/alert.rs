use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::aspect::Checks;
use super::submission::submit;
use super::work::{QUEUE, TAG, new_id};
use crate::commands::deployment::{Deployment, join, until};

/// The injected failure: a job of a type that no worker handles.
const UNHANDLED: &str = "gate.unhandled";

/// The alert that it causes.
const ALERT: &str = "NoWorkerForType";

/// Injects a failure that harms nothing else, waits for its alert, withdraws it, and waits for the end of the alert.
pub(super) async fn check(deployment: &Deployment, checks: &mut Checks) {
    cancel_leftovers(deployment).await;
    match firing(deployment).await {
        Ok(Some(_)) => {
            let ended = until(checks.deadline, async || is_firing(deployment, false).await);
            if !checks.record("the alert of an interrupted run resolves", ended.await) {
                return;
            }
        }
        Ok(None) => {}
        Err(Unknown::NotConfigured) => {
            checks.skip("an alert fires", "the read-model has no source of alerts");
            return;
        }
        Err(Unknown::Failed(why)) => {
            checks.record("the read-model shows the alerts", Err::<String, _>(why));
            return;
        }
    }
    let id = new_id();
    let body = json!({"id": id, "type": UNHANDLED, "queue": QUEUE, "tags": [TAG]});
    let injected = submit(deployment, &body).await;
    if !checks.record(
        "a failure is injected",
        injected.map(|_| format!("a job of the type {UNHANDLED}, which no worker handles")),
    ) {
        return;
    }
    let fired = until(checks.deadline, async || is_firing(deployment, true).await).await;
    let has_fired = checks.record(format!("{ALERT} fires"), fired);
    if has_fired && deployment.alertmanager.is_some() {
        let known = until(checks.deadline, async || in_alertmanager(deployment).await).await;
        checks.record("Alertmanager has it", known);
    }
    let path = format!("/jobs/{id}/cancel");
    let withdrawn = deployment.command(Method::POST, &path, None).await;
    let withdrawn = withdrawn.and_then(|answer| answer.expect(StatusCode::ACCEPTED));
    checks.record(
        "the failure is withdrawn",
        withdrawn.map(|_| "the job is cancelled"),
    );
    if has_fired {
        let resolved = until(checks.deadline, async || is_firing(deployment, false).await).await;
        checks.record(format!("{ALERT} resolves"), resolved);
    }
}

/// Cancels the jobs that interrupted runs have left behind.
async fn cancel_leftovers(deployment: &Deployment) {
    let path = format!("/jobs?type={UNHANDLED}&tag={TAG}&status=PENDING&limit=100");
    let list = deployment
        .read_model(&path)
        .await
        .and_then(|answer| answer.json());
    let jobs = list.ok().and_then(|list| list["jobs"].as_array().cloned());
    for job in jobs.unwrap_or_default() {
        let path = format!("/jobs/{}/cancel", job["id"].as_str().unwrap_or_default());
        let _ = deployment.command(Method::POST, &path, None).await;
    }
}

/// Why it is unknown whether the alert fires.
enum Unknown {
    NotConfigured,
    Failed(String),
}

impl From<String> for Unknown {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// Returns the alert if it fires for the injected failure.
async fn firing(deployment: &Deployment) -> Result<Option<Value>, Unknown> {
    let answer = deployment
        .read_model("/alerts")
        .await?
        .expect(StatusCode::OK)?;
    let list = answer.json()?;
    match list["source"]["status"].as_str() {
        Some("ok") => {}
        Some("not_configured") => return Err(Unknown::NotConfigured),
        status => {
            return Err(Unknown::Failed(format!(
                "the source of alerts is {}",
                status.unwrap_or("missing")
            )));
        }
    }
    let alerts = list["alerts"].as_array();
    let is_ours = |alert: &&Value| {
        alert["name"] == ALERT && alert["labels"]["type"] == UNHANDLED && alert["state"] == "firing"
    };
    Ok(alerts
        .and_then(|alerts| alerts.iter().find(is_ours))
        .cloned())
}

async fn is_firing(deployment: &Deployment, expected: bool) -> Result<String, String> {
    match firing(deployment).await {
        Ok(Some(alert)) if expected => Ok(format!(
            "since {}",
            alert["startsAt"].as_str().unwrap_or_default()
        )),
        Ok(None) if !expected => Ok("it does not fire any more".to_owned()),
        Ok(Some(_)) => Err("it still fires".to_owned()),
        Ok(None) => Err("it does not fire".to_owned()),
        Err(Unknown::NotConfigured) => Err("the read-model has no source of alerts".to_owned()),
        Err(Unknown::Failed(why)) => Err(why),
    }
}

async fn in_alertmanager(deployment: &Deployment) -> Result<String, String> {
    let Some(base) = &deployment.alertmanager else {
        return Err("it is not given".to_owned());
    };
    let answer = deployment.server(&join(base, "/api/v2/alerts")?).await?;
    let alerts = answer.expect(StatusCode::OK)?.json()?;
    let is_ours = |alert: &Value| {
        alert["labels"]["alertname"] == ALERT && alert["labels"]["type"] == UNHANDLED
    };
    match alerts
        .as_array()
        .is_some_and(|alerts| alerts.iter().any(is_ours))
    {
        true => Ok("with the same labels".to_owned()),
        false => Err(format!("it does not list {ALERT} for {UNHANDLED}")),
    }
}
