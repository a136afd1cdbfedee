use std::collections::BTreeMap;

use crate::{EvaluationError, Expression, Labels, Sample, SeriesStore};

/// The label that holds the name of a rule.
const ALERT_NAME: &str = "alertname";

/// A rule, and the alerts that it has created. Each sample in the result of the expression is an alert, identified by its
/// labels; it is pending until the sample has been present for `for_ms`, then it fires.
#[derive(Debug)]
pub struct AlertRule {
    name: String,
    expression: Expression,
    for_ms: i64,
    labels: Labels,
    active: BTreeMap<Labels, Entry>,
}

/// An alert.
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveAlert {
    /// The labels of the sample and those of the rule, with the name of the rule as `alertname`.
    pub labels: Labels,
    /// The latest value of the sample; `None` for a restored alert that has not been found yet.
    pub value: Option<f64>,
    /// The state.
    pub state: AlertState,
    /// The first evaluation with the sample, in milliseconds since the Unix epoch.
    pub active_at_ms: i64,
    /// Since when the alert fires, if it does or did.
    pub fired_at_ms: Option<i64>,
}

/// The state of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertState {
    /// The condition has held for less than the duration of the rule.
    Pending,
    /// The condition has held for the duration of the rule.
    Firing,
    /// The condition ended after the alert had fired.
    Resolved,
    /// The condition ended before the alert fired.
    Dropped,
}

/// Why a rule could not be evaluated. Its alerts keep their states.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The expression has no result.
    #[error("the expression failed")]
    Evaluation(#[from] EvaluationError),
    /// Two samples have the same labels once those of the rule are added.
    #[error("the labels of the rule make two alerts the same: {0}")]
    DuplicateAlert(Labels),
}

#[derive(Debug)]
struct Entry {
    alert: ActiveAlert,
    /// A restored alert is not resolved before this time, because samples have to be collected first.
    keep_until_ms: i64,
}

impl AlertRule {
    /// Creates a rule without alerts. `labels` are added to each alert.
    pub fn new(name: &str, expression: Expression, for_ms: i64, labels: &Labels) -> Self {
        Self {
            name: name.to_owned(),
            expression,
            for_ms,
            labels: labels.with(ALERT_NAME, name),
            active: BTreeMap::new(),
        }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the condition.
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Returns how long the condition has to hold, in milliseconds.
    pub fn for_ms(&self) -> i64 {
        self.for_ms
    }

    /// Returns the alerts that are pending or firing, ordered by labels.
    pub fn alerts(&self) -> impl Iterator<Item = &ActiveAlert> {
        self.active.values().map(|entry| &entry.alert)
    }

    /// Continues an alert of an earlier process. It is resolved after `keep_until_ms` at the earliest.
    pub fn restore(&mut self, alert: ActiveAlert, keep_until_ms: i64) {
        let entry = Entry {
            keep_until_ms,
            alert,
        };
        self.active.insert(entry.alert.labels.clone(), entry);
    }

    /// Evaluates the rule, and returns the alerts whose state has changed.
    ///
    /// # Errors
    /// When the expression has no result, or two of its samples give the same alert.
    pub fn evaluate(
        &mut self,
        store: &SeriesStore,
        at_ms: i64,
    ) -> Result<Vec<ActiveAlert>, RuleError> {
        let found = self.found(self.expression.evaluate(store, at_ms)?)?;
        let mut changed = self.end_absent(&found, at_ms);
        for (labels, value) in found {
            let entry = self.active.entry(labels.clone());
            let is_new = matches!(&entry, std::collections::btree_map::Entry::Vacant(_));
            let alert = &mut entry.or_insert_with(|| Entry::pending(labels, at_ms)).alert;
            alert.value = Some(value);
            let fires =
                alert.state == AlertState::Pending && at_ms - alert.active_at_ms >= self.for_ms;
            if fires {
                alert.state = AlertState::Firing;
                alert.fired_at_ms = Some(at_ms);
            }
            if is_new || fires {
                changed.push(alert.clone());
            }
        }
        Ok(changed)
    }

    fn found(&self, samples: Vec<Sample>) -> Result<BTreeMap<Labels, f64>, RuleError> {
        let mut found = BTreeMap::new();
        for sample in samples {
            let labels = sample.labels.without_name();
            let labels = self
                .labels
                .iter()
                .fold(labels, |labels, (name, value)| labels.with(name, value));
            if found.insert(labels.clone(), sample.value).is_some() {
                return Err(RuleError::DuplicateAlert(labels));
            }
        }
        Ok(found)
    }

    /// Removes the alerts that were not found.
    fn end_absent(&mut self, found: &BTreeMap<Labels, f64>, at_ms: i64) -> Vec<ActiveAlert> {
        let mut ended = Vec::new();
        self.active.retain(|labels, entry| {
            if found.contains_key(labels) || at_ms < entry.keep_until_ms {
                return true;
            }
            let state = match entry.alert.state {
                AlertState::Firing => AlertState::Resolved,
                _ => AlertState::Dropped,
            };
            ended.push(ActiveAlert {
                state,
                ..entry.alert.clone()
            });
            false
        });
        ended
    }
}

impl Entry {
    fn pending(labels: Labels, at_ms: i64) -> Self {
        Self {
            keep_until_ms: i64::MIN,
            alert: ActiveAlert {
                labels,
                value: None,
                state: AlertState::Pending,
                active_at_ms: at_ms,
                fired_at_ms: None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn rule(for_ms: i64) -> AlertRule {
        let expression = Expression::parse("up == 0").expect("an expression");
        AlertRule::new(
            "Down",
            expression,
            for_ms,
            &Labels::new([("severity", "critical")]),
        )
    }

    /// Returns the states that change when `up` has these values, one a second.
    fn states(rule: &mut AlertRule, values: &[f64]) -> Vec<(i64, AlertState)> {
        let mut store = SeriesStore::new(Limits::default());
        store.keep("up", 60_000);
        let mut states = Vec::new();
        for (second, value) in (0..).zip(values) {
            let at_ms = second * 1_000;
            let up = Labels::new([("__name__", "up"), ("service", "gateway")]);
            store.append(&up, at_ms, *value).expect("stored");
            for alert in rule.evaluate(&store, at_ms).expect("evaluated") {
                assert_eq!(
                    alert.labels,
                    Labels::new([
                        ("alertname", "Down"),
                        ("service", "gateway"),
                        ("severity", "critical")
                    ])
                );
                states.push((second, alert.state));
            }
        }
        states
    }

    #[test]
    fn alert_fires_once_the_condition_has_held_for_the_duration() {
        use AlertState::{Dropped, Firing, Pending, Resolved};
        let down_for = |seconds: usize| {
            let mut values = vec![1.0];
            values.extend(std::iter::repeat_n(0.0, seconds));
            values.push(1.0);
            states(&mut rule(2_000), &values)
        };
        assert_eq!(down_for(2), [(1, Pending), (3, Dropped)]);
        assert_eq!(down_for(3), [(1, Pending), (3, Firing), (4, Resolved)]);
        assert_eq!(
            states(&mut rule(0), &[0.0, 1.0]),
            [(0, Firing), (1, Resolved)]
        );
    }

    #[test]
    fn restored_alert_is_kept_until_samples_can_be_expected() {
        let mut rule = rule(2_000);
        let restored = ActiveAlert {
            labels: Labels::new([
                ("alertname", "Down"),
                ("service", "gateway"),
                ("severity", "critical"),
            ]),
            value: None,
            state: AlertState::Firing,
            active_at_ms: -60_000,
            fired_at_ms: Some(-58_000),
        };
        rule.restore(restored, 2_000);
        assert_eq!(
            states(&mut rule, &[1.0, 1.0, 1.0]),
            [(2, AlertState::Resolved)]
        );
    }

    #[test]
    fn labels_of_the_rule_must_not_make_alerts_equal() {
        let expression = Expression::parse("up == 0").expect("an expression");
        let labels = Labels::new([("service", "any")]);
        let mut rule = AlertRule::new("Down", expression, 0, &labels);
        let mut store = SeriesStore::new(Limits::default());
        store.keep("up", 60_000);
        for service in ["gateway", "processor"] {
            let labels = Labels::new([("__name__", "up"), ("service", service)]);
            store.append(&labels, 0, 0.0).expect("stored");
        }
        assert!(matches!(
            rule.evaluate(&store, 0),
            Err(RuleError::DuplicateAlert(_))
        ));
    }
}
