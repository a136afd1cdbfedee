use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::VectorSelector;

use super::context::Context;
use crate::metric_families::{LabelNames, Sample};

/// What is known about the selected series.
pub(super) struct Selected {
    pub(super) labels: LabelNames,
    /// Whether they are counters; `None` if the metric is not known.
    pub(super) is_counter: Option<bool>,
}

/// Checks that the metric exists in every deployment of the rule, and that its series can match.
pub(super) fn check(context: &mut Context<'_>, selector: &VectorSelector) -> Selected {
    let families = context.families;
    let name = selector.name.as_deref().unwrap_or_default();
    let Some(sample) = families.sample(name) else {
        context.problem(format!(
            "names the metric {name}, which metrics.json does not list"
        ));
        return Selected {
            labels: LabelNames::new(),
            is_counter: None,
        };
    };
    for deployment in context.deployments {
        if !sample.exists_in(*deployment) {
            context.problem(format!(
                "{name} is not exported in the deployment {deployment:?}"
            ));
        }
    }
    for matcher in &selector.matchers.matchers {
        check_matcher(context, name, &sample, matcher);
    }
    Selected {
        is_counter: Some(sample.is_counter),
        labels: sample.labels,
    }
}

fn check_matcher(context: &mut Context<'_>, metric: &str, sample: &Sample, matcher: &Matcher) {
    let label = &matcher.name;
    if !sample.labels.contains(label) {
        context.problem(format!("{metric} has no label {label}"));
        return;
    }
    if !matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_)) {
        return;
    }
    let values = context.families.values_in(sample, label);
    if !values.is_empty() && !values.iter().any(|value| matcher.is_match(value)) {
        let value = &matcher.value;
        context.problem(format!(
            "{label} of {metric} is never {value}, but one of {values:?}"
        ));
    }
}
