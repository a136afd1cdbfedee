use odd_contracts::{Alert, AlertList, AlertSourceStatus, AlertState, HealthSummary};
use reqwest::StatusCode;

use super::scenario::Scenario;
use crate::commands::deployment::Deployment;

/// Returns `true` if the deployment has a source of alerts.
pub(super) async fn has_source(deployment: &Deployment) -> Result<bool, String> {
    let source = list(deployment).await?.source;
    Ok(source.status != AlertSourceStatus::NotConfigured)
}

async fn list(deployment: &Deployment) -> Result<AlertList, String> {
    let answer = deployment.read_model("/alerts").await?;
    answer.expect(StatusCode::OK)?.parse()
}

/// Returns the alert of a scenario if it is pending or fires.
pub(super) async fn current(
    deployment: &Deployment,
    scenario: &Scenario,
) -> Result<Option<Alert>, String> {
    let list = list(deployment).await?;
    match list.source.status {
        AlertSourceStatus::Ok => {}
        AlertSourceStatus::NotConfigured => {
            return Err("the read-model has no source of alerts".to_owned());
        }
        AlertSourceStatus::Stale | AlertSourceStatus::Unavailable => {
            let detail = list.source.detail.unwrap_or_default();
            return Err(format!("the source of alerts does not answer: {detail}"));
        }
    }
    let is_active = |alert: &Alert| matches!(alert.state, AlertState::Pending | AlertState::Firing);
    let mut alerts = list.alerts.into_iter();
    Ok(alerts.find(|alert| is_active(alert) && is_of(alert, scenario)))
}

fn is_of(alert: &Alert, scenario: &Scenario) -> bool {
    let has_label = |(name, value): (&str, &str)| {
        let found = alert.labels.get(name);
        found.is_some_and(|found| found == value)
    };
    alert.name == scenario.alert && scenario.label.is_none_or(has_label)
}

/// Returns the state of the deployment in one word, with its causes.
pub(super) async fn health(deployment: &Deployment) -> Result<HealthSummary, String> {
    let answer = deployment.read_model("/health/summary").await?;
    answer.expect(StatusCode::OK)?.parse()
}

/// Returns `true` if the alert of the scenario is a cause of the state.
pub(super) fn is_cause(summary: &HealthSummary, scenario: &Scenario) -> bool {
    let mut causes = summary.causes.iter();
    causes.any(|cause| cause.alert.as_deref() == Some(scenario.alert))
}
