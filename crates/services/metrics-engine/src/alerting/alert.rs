use std::collections::BTreeMap;

use odd_contracts::{
    Alert, AlertRule as ContractRule, AlertRules, AlertSeverity, AlertState, Timestamp,
};
use odd_promql::{ActiveAlert, AlertState as RuleState, Labels};
use sha2::{Digest, Sha256};

/// The limits of the contract, in characters.
const LONGEST_SUMMARY: usize = 1_000;
const LONGEST_DESCRIPTION: usize = 4_096;
const LONGEST_LABEL: usize = 1_000;
const LONGEST_URL: usize = 2_000;

/// Returns the text of a severity in labels.
pub(super) const fn severity_label(severity: AlertSeverity) -> &'static str {
    match severity {
        AlertSeverity::Info => "info",
        AlertSeverity::Warning => "warning",
        AlertSeverity::Critical => "critical",
    }
}

/// Describes an alert with this value as the contract does.
pub(super) fn describe(
    rules: &AlertRules,
    rule: &ContractRule,
    active: &ActiveAlert,
    value: f64,
) -> Alert {
    let labels: BTreeMap<String, String> = active
        .labels
        .iter()
        .map(|(name, value)| (name.to_owned(), cut(value, LONGEST_LABEL)))
        .collect();
    let render = |template: &str| rule.render(template, &labels, value);
    let jobs_url = rules.jobs_url(rule).map(|template| render(&template));
    Alert {
        id: id(&active.labels),
        name: rule.name.clone(),
        severity: rule.severity,
        state: match active.state {
            RuleState::Pending | RuleState::Dropped => AlertState::Pending,
            RuleState::Firing => AlertState::Firing,
            RuleState::Resolved => AlertState::Resolved,
        },
        summary: cut(&render(&rule.summary), LONGEST_SUMMARY),
        description: rule
            .description
            .as_ref()
            .map(|template| cut(&render(template), LONGEST_DESCRIPTION)),
        runbook_url: Some(rules.runbook_url(rule)),
        dashboard_url: Some(rules.dashboard_url(rule)),
        jobs_url: jobs_url.filter(|url| url.len() <= LONGEST_URL),
        action: Some(cut(&render(&rule.action), LONGEST_SUMMARY)),
        starts_at: Timestamp::from_micros(active.active_at_ms * 1_000),
        ends_at: None,
        silenced_until: None,
        acknowledgement: None,
        labels,
    }
}

/// Returns the alert of an earlier process as the state of its rule.
pub(super) fn restored(alert: &Alert) -> ActiveAlert {
    let began_ms = alert.starts_at.as_micros() / 1_000;
    let labels = alert.labels.iter();
    ActiveAlert {
        labels: Labels::new(labels.map(|(name, value)| (name.as_str(), value.as_str()))),
        value: None,
        state: RuleState::Firing,
        active_at_ms: began_ms,
        fired_at_ms: Some(began_ms),
    }
}

/// Returns a text that is the same for the same labels, and otherwise differs.
fn id(labels: &Labels) -> String {
    let mut hash = Sha256::new();
    for (name, value) in labels.iter() {
        hash.update(name);
        hash.update([0]);
        hash.update(value);
        hash.update([0]);
    }
    let digest = hash.finalize();
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}
