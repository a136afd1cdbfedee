use std::collections::BTreeMap;

use odd_contracts::{Alert, AlertRule as ContractRule, AlertRules, AlertSeverity, AlertState};
use odd_promql::{ActiveAlert, AlertState as RuleState, Labels};
use sha2::{Digest, Sha256};

use super::timeline::Moment;

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
    moment: Moment,
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
        dashboard_url: rules.dashboard_url(rule),
        jobs_url: jobs_url.filter(|url| url.len() <= LONGEST_URL),
        action: Some(cut(&render(&rule.action), LONGEST_SUMMARY)),
        // As the `startsAt` that Prometheus sends to Alertmanager.
        starts_at: moment.wall_at(active.fired_at_ms.unwrap_or(active.active_at_ms)),
        active_at: Some(moment.wall_at(active.active_at_ms)),
        ends_at: None,
        silenced_until: None,
        inhibited_by: Vec::new(),
        acknowledgement: None,
        labels,
    }
}

/// Returns a firing alert of an earlier process as the state of its rule.
pub(super) fn restored_firing(alert: &Alert) -> ActiveAlert {
    let active_at = alert.active_at.unwrap_or(alert.starts_at);
    ActiveAlert {
        state: RuleState::Firing,
        active_at_ms: active_at.as_micros() / 1_000,
        fired_at_ms: Some(alert.starts_at.as_micros() / 1_000),
        ..restored_pending(alert, 0)
    }
}

/// Returns a pending alert of an earlier process as the state of its rule.
pub(super) fn restored_pending(alert: &Alert, active_at_ms: i64) -> ActiveAlert {
    let labels = alert.labels.iter();
    ActiveAlert {
        labels: Labels::new(labels.map(|(name, value)| (name.as_str(), value.as_str()))),
        value: None,
        state: RuleState::Pending,
        active_at_ms,
        fired_at_ms: None,
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
