use promql_parser::label::MatchOp;
use promql_parser::parser::{Call, Expr};

use super::checker::Checker;
use super::selector;
use crate::metric_families::LabelNames;

/// Functions of counters.
const OF_COUNTERS: [&str; 3] = ["rate", "increase", "resets"];

/// Functions of gauges.
const OF_GAUGES: [&str; 7] = [
    "delta",
    "changes",
    "max_over_time",
    "min_over_time",
    "avg_over_time",
    "sum_over_time",
    "count_over_time",
];

/// Checks the function and its arguments. Returns the labels of the result, or `None` for a number.
pub(super) fn check(checker: &mut Checker<'_>, call: &Call) -> Option<LabelNames> {
    let name = call.func.name;
    let arguments: Vec<&Expr> = call.args.args.iter().map(AsRef::as_ref).collect();
    let first = arguments.first().copied();
    match name {
        "time" => None,
        "vector" => Some(LabelNames::new()),
        "absent" => Some(absent(checker, first)),
        "histogram_quantile" => Some(quantile(checker, arguments.get(1).copied())),
        "clamp_min" => first.and_then(|argument| checker.expression(argument)),
        _ if OF_COUNTERS.contains(&name) => Some(range(checker, name, first, true)),
        _ if OF_GAUGES.contains(&name) => Some(range(checker, name, first, false)),
        _ => {
            checker.problem(format!(
                "calls {name}, which the built-in evaluation does not support"
            ));
            Some(LabelNames::new())
        }
    }
}

/// The result of `absent` has the labels that the selector fixes.
fn absent(checker: &mut Checker<'_>, argument: Option<&Expr>) -> LabelNames {
    let Some(Expr::VectorSelector(selected)) = argument else {
        checker.problem("absent needs a selector");
        return LabelNames::new();
    };
    selector::check(checker, selected);
    let matchers = selected.matchers.matchers.iter();
    matchers
        .filter(|matcher| matcher.op == MatchOp::Equal)
        .map(|matcher| matcher.name.clone())
        .collect()
}

fn quantile(checker: &mut Checker<'_>, argument: Option<&Expr>) -> LabelNames {
    let mut labels = argument
        .and_then(|argument| checker.expression(argument))
        .unwrap_or_default();
    if !labels.remove("le") {
        checker.problem("histogram_quantile needs buckets with the label le");
    }
    labels
}

fn range(
    checker: &mut Checker<'_>,
    name: &str,
    argument: Option<&Expr>,
    of_counter: bool,
) -> LabelNames {
    let Some(Expr::MatrixSelector(selected)) = argument else {
        checker.problem(format!("{name} needs a selector with a range"));
        return LabelNames::new();
    };
    let sample = selector::check(checker, &selected.vs);
    if sample.is_counter.is_some_and(|is| is != of_counter) {
        let kind = if of_counter { "counters" } else { "gauges" };
        checker.problem(format!("{name} is a function of {kind}"));
    }
    sample.labels
}
