use super::{promql, unit};
use crate::alert_contract::{Alert, AlertContract};

const HEAD: &str = "# Alerts

Generated from `contracts/alerts.json` by `cargo xtask generate`. Prometheus evaluates the rules in
`infra/prometheus/rules/observatory.yml`; the embedded observatory evaluates the same rules itself.

An alert is pending while its expression holds, and fires when it has held for the given time. `$threshold` in an
expression is replaced by the threshold. A text contains labels and the value of the alert.

| alert | severity | for | threshold | deployments |
| --- | --- | --- | --- | --- |
";

/// Returns the reference of the alerts.
pub(super) fn render(contract: &AlertContract) -> String {
    let mut text = HEAD.to_owned();
    for alert in &contract.rules {
        text.push_str(&row(alert));
    }
    for alert in &contract.rules {
        text.push_str(&section(contract, alert));
    }
    text
}

fn row(alert: &Alert) -> String {
    let name = &alert.name;
    let anchor = name.to_lowercase();
    let deployments = alert.deployments.as_ref();
    let deployments = deployments.map_or_else(|| "both".to_owned(), |some| some.join(", "));
    let hold = match alert.hold.as_str() {
        "0s" => "at once",
        hold => hold,
    };
    let threshold = unit::threshold(alert.threshold, &alert.unit);
    let severity = &alert.severity;
    format!("| [{name}](#{anchor}) | {severity} | {hold} | {threshold} | {deployments} |\n")
}

fn section(contract: &AlertContract, alert: &Alert) -> String {
    let description = alert.description.as_deref().unwrap_or_default();
    let expression = promql::lines(&alert.expression).join("\n");
    let runbook = &alert.runbook;
    let mut text = format!(
        "\n## {}\n\n`{}`\n\n{description}\n\nTo do first: {}\n\n```promql\n{expression}\n```\n\n",
        alert.name, alert.summary, alert.action
    );
    text.push_str(&format!(
        "[Runbook](../../infra/runbooks/{runbook}) · dashboard `{}`",
        contract.dashboard(alert)
    ));
    if let Some(jobs) = contract.jobs(alert) {
        text.push_str(&format!(" · jobs `{jobs}`"));
    }
    text.push('\n');
    text
}
