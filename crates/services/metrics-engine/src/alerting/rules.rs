use std::collections::BTreeMap;

use odd_contracts::{Alert, AlertRules, Deployment};
use odd_promql::{AlertRule, Expression, Labels, Limits, NeedKind, ParseError, SeriesStore};

use super::alert::{describe, restored, severity_label};

/// The longest time for which a restored alert waits for the samples of its ranges.
const LONGEST_WAIT_MS: i64 = 5 * 60 * 1_000;

/// The rules with the series that they read.
pub(super) struct RuleSet {
    contract: AlertRules,
    rules: Vec<AlertRule>,
    /// Restored alerts that their rule has not found yet. They are shown as they were.
    restored: BTreeMap<Labels, Alert>,
    pub(super) store: SeriesStore,
}

/// A rule that this build cannot evaluate.
#[derive(Debug, thiserror::Error)]
#[error("the rule {rule} cannot be evaluated")]
pub struct InvalidRule {
    rule: String,
    source: ParseError,
}

impl RuleSet {
    /// Creates the rules for the embedded deployment. Only the series that they read are stored.
    pub(super) fn new(contract: AlertRules, limits: Limits) -> Result<Self, InvalidRule> {
        let mut store = SeriesStore::new(limits);
        let mut rules = Vec::new();
        for rule in contract.of(Deployment::Embedded) {
            let expression = Expression::parse(&rule.promql()).map_err(|source| InvalidRule {
                rule: rule.name.clone(),
                source,
            })?;
            for need in expression.needs() {
                store.keep(&need.metric, need.window_ms);
            }
            let for_ms = i64::try_from(rule.hold.duration().as_millis()).unwrap_or(i64::MAX);
            let labels = Labels::new([("severity", severity_label(rule.severity))]);
            rules.push(AlertRule::new(&rule.name, expression, for_ms, &labels));
        }
        Ok(Self {
            contract,
            rules,
            restored: BTreeMap::new(),
            store,
        })
    }

    /// Continues the alerts that fired in an earlier process. They are not resolved before their rule has had the samples
    /// for a decision.
    pub(super) fn restore<'a>(
        &mut self,
        firing: impl Iterator<Item = &'a Alert>,
        now_ms: i64,
        interval_ms: i64,
    ) {
        for alert in firing {
            let rule = self.rules.iter_mut().find(|rule| rule.name() == alert.name);
            if let Some(rule) = rule {
                let needs = rule.expression().needs().into_iter();
                let ranges = needs.filter(|need| need.kind == NeedKind::Range);
                let longest_ms = ranges.map(|need| need.window_ms).max().unwrap_or(0);
                let wait_ms = longest_ms.min(LONGEST_WAIT_MS) + 3 * interval_ms;
                let active = restored(alert);
                self.restored.insert(active.labels.clone(), alert.clone());
                rule.restore(active, now_ms + wait_ms);
            }
        }
    }

    /// Evaluates all rules, and returns the alerts that are pending or firing. A rule that fails keeps its alerts.
    pub(super) fn evaluate(&mut self, at_ms: i64) -> Vec<Alert> {
        let mut alerts = Vec::new();
        let mut restored = std::mem::take(&mut self.restored);
        for rule in &mut self.rules {
            if let Err(error) = rule.evaluate(&self.store, at_ms) {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(rule = rule.name(), %error, cause, "an alert rule has no result");
            }
            let Some(contract) = self.contract.get(rule.name()) else {
                continue;
            };
            for active in rule.alerts() {
                if let Some(value) = active.value {
                    alerts.push(describe(&self.contract, contract, active, value));
                } else if let Some(alert) = restored.remove(&active.labels) {
                    self.restored.insert(active.labels.clone(), alert.clone());
                    alerts.push(alert);
                }
            }
        }
        self.store.prune(at_ms);
        alerts
    }
}

#[cfg(test)]
mod tests;
