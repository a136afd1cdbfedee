use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::VectorSelector;

use super::checker::Checker;
use crate::metric_families::{LabelNames, Sample};

/// What is known about the selected series.
pub(super) struct Selected {
    pub(super) labels: LabelNames,
    /// Whether they are counters; `None` if the metric is not known.
    pub(super) is_counter: Option<bool>,
}

/// Checks that the metric exists in every deployment of the rule, and that its series can match.
pub(super) fn check(checker: &mut Checker<'_>, selector: &VectorSelector) -> Selected {
    if selector.offset.is_some() || selector.at.is_some() {
        checker.problem("contains offset or @, which the built-in evaluation does not support");
    }
    let families = checker.families;
    let name = selector.name.as_deref().unwrap_or_default();
    let Some(sample) = families.sample(name) else {
        checker.problem(format!(
            "names the metric {name}, which metrics.json does not list"
        ));
        return Selected {
            labels: LabelNames::new(),
            is_counter: None,
        };
    };
    for deployment in checker.deployments {
        if !sample.exists_in(*deployment) {
            checker.problem(format!(
                "{name} is not exported in the deployment {deployment:?}"
            ));
        }
    }
    for matcher in &selector.matchers.matchers {
        check_matcher(checker, name, &sample, matcher);
    }
    Selected {
        is_counter: Some(sample.is_counter),
        labels: sample.labels,
    }
}

fn check_matcher(checker: &mut Checker<'_>, metric: &str, sample: &Sample, matcher: &Matcher) {
    let label = &matcher.name;
    if !sample.labels.contains(label) {
        checker.problem(format!("{metric} has no label {label}"));
        return;
    }
    if !matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_)) {
        return;
    }
    let values = checker.families.values_in(sample, label);
    if !values.is_empty() && !values.iter().any(|value| matcher.is_match(value)) {
        let value = &matcher.value;
        checker.problem(format!(
            "{label} of {metric} is never {value}, but one of {values:?}"
        ));
    }
}
