use std::collections::BTreeMap;
use std::time::Duration;

use odd_contracts::{Alert, AlertRules, Deployment, Timestamp};
use odd_core::AlertRecords;
use odd_promql::{
    ActiveAlert, AlertRule, Expression, Labels, Limits, NeedKind, ParseError, SeriesStore,
};

use super::alert::{describe, restored_firing, restored_pending, severity_label};
use super::for_state::restored_active_at;
use super::timeline::Moment;

/// The longest time for which a restored alert waits for the samples of its ranges.
const LONGEST_WAIT_MS: i64 = 5 * 60 * 1_000;

/// In so many intervals, each role is scraped and the first samples are there.
const FIRST_SAMPLES: i64 = 3;

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

    /// Continues the alerts of an earlier process. They are not removed before their rule has had the samples for a decision.
    pub(super) fn restore(&mut self, records: &AlertRecords, now: Timestamp, interval: Duration) {
        let now_ms = now.as_micros() / 1_000;
        let interval_ms = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
        let grace_ms = FIRST_SAMPLES.saturating_mul(interval_ms);
        let mut restore = |alert: &Alert, active: &dyn Fn(&AlertRule) -> Option<ActiveAlert>| {
            let rule = self.rules.iter_mut().find(|rule| rule.name() == alert.name);
            let Some((rule, active)) = rule.and_then(|rule| active(rule).map(|it| (rule, it)))
            else {
                return;
            };
            let needs = rule.expression().needs().into_iter();
            let ranges = needs.filter(|need| need.kind == NeedKind::Range);
            let longest_ms = ranges.map(|need| need.window_ms).max().unwrap_or(0);
            let wait_ms = longest_ms.min(LONGEST_WAIT_MS).saturating_add(grace_ms);
            self.restored.insert(active.labels.clone(), alert.clone());
            rule.restore(active, now_ms.saturating_add(wait_ms));
        };
        for alert in records.firing() {
            restore(alert, &|_| Some(restored_firing(alert)));
        }
        let Some(outage_ms) = records.outage_ms(now) else {
            return;
        };
        let down_at_ms = now_ms.saturating_sub_unsigned(outage_ms);
        for alert in records.pending() {
            let active_at = alert.active_at.unwrap_or(alert.starts_at);
            // The wall clock may be behind that of the earlier process.
            let active_at_ms = (active_at.as_micros() / 1_000).min(down_at_ms);
            restore(alert, &|rule| {
                let for_ms = rule.for_ms();
                restored_active_at(active_at_ms, down_at_ms, now_ms, for_ms, grace_ms)
                    .map(|active_at_ms| restored_pending(alert, active_at_ms))
            });
        }
    }

    /// Evaluates all rules, and returns the alerts that are pending or firing. A rule that fails keeps its alerts.
    pub(super) fn evaluate(&mut self, moment: Moment) -> Vec<Alert> {
        let mut alerts = Vec::new();
        let mut restored = std::mem::take(&mut self.restored);
        for rule in &mut self.rules {
            if let Err(error) = rule.evaluate(&self.store, moment.at_ms) {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(rule = rule.name(), %error, cause, "an alert rule has no result");
            }
            let Some(contract) = self.contract.get(rule.name()) else {
                continue;
            };
            for active in rule.alerts() {
                if let Some(value) = active.value {
                    alerts.push(describe(&self.contract, contract, active, value, moment));
                } else if let Some(alert) = restored.remove(&active.labels) {
                    self.restored.insert(active.labels.clone(), alert.clone());
                    alerts.push(alert);
                }
            }
        }
        self.store.prune(moment.at_ms);
        alerts
    }
}

#[cfg(test)]
mod tests;
