use std::fmt::Write as _;

use anyhow::Context;
use serde_json::Value;

use super::{promql, unit};
use crate::alert_contract::{Alert, AlertContract};

const HEAD: &str = "# Generated from contracts/alerts.json by `cargo xtask generate`.
groups:
  - name: observatory
    rules:
";

/// Returns the rules in the form that Prometheus loads.
pub(super) fn render(contract: &AlertContract) -> anyhow::Result<String> {
    let mut text = HEAD.to_owned();
    for alert in &contract.rules {
        add(&mut text, contract, alert).with_context(|| alert.name.clone())?;
    }
    Ok(text)
}

fn add(text: &mut String, contract: &AlertContract, alert: &Alert) -> anyhow::Result<()> {
    writeln!(text, "      - alert: {}", alert.name)?;
    text.push_str("        expr: |-\n");
    for line in promql::lines(&promql::with_threshold(alert)) {
        writeln!(text, "          {line}")?;
    }
    writeln!(text, "        for: {}", alert.hold)?;
    writeln!(
        text,
        "        labels:\n          severity: {}",
        alert.severity
    )?;
    text.push_str("        annotations:\n");
    let value = unit::value_template(&alert.unit)?;
    let template = |template: &str| template.replace("{{ $value }}", value);
    let annotations = [
        ("summary", Some(template(&alert.summary))),
        ("description", alert.description.as_deref().map(template)),
        ("action", Some(template(&alert.action))),
        ("runbook_url", Some(contract.runbook(alert))),
        ("dashboard_url", Some(contract.dashboard(alert))),
        ("jobs_url", contract.jobs(alert)),
    ];
    for (name, content) in annotations {
        if let Some(content) = content {
            // A JSON string is a YAML string.
            writeln!(text, "          {name}: {}", Value::String(content))?;
        }
    }
    Ok(())
}
