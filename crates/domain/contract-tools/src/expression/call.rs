use promql_parser::label::MatchOp;
use promql_parser::parser::{Call, Expr};

use super::context::Context;
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

/// Checks the function and its arguments, which have these labels. Returns the labels of the result, or `None` for a
/// number.
pub(super) fn check(
    context: &mut Context<'_>,
    call: &Call,
    arguments: Vec<Option<LabelNames>>,
) -> Option<LabelNames> {
    let name = call.func.name;
    let first = call.args.args.first().map(AsRef::as_ref);
    let mut labels = arguments.into_iter().map(Option::unwrap_or_default);
    match name {
        "time" => None,
        "vector" => Some(LabelNames::new()),
        "absent" => Some(absent(context, first)),
        "histogram_quantile" => Some(quantile(context, labels.nth(1).unwrap_or_default())),
        "clamp_min" => labels.next(),
        _ if OF_COUNTERS.contains(&name) => Some(range(context, name, first, true)),
        _ if OF_GAUGES.contains(&name) => Some(range(context, name, first, false)),
        _ => {
            context.problem(format!(
                "calls {name}, whose labels this check does not know"
            ));
            Some(LabelNames::new())
        }
    }
}

/// The result of `absent` has the labels that the selector fixes.
fn absent(context: &mut Context<'_>, argument: Option<&Expr>) -> LabelNames {
    let Some(Expr::VectorSelector(selected)) = argument else {
        context.problem("absent needs a selector");
        return LabelNames::new();
    };
    let matchers = selected.matchers.matchers.iter();
    matchers
        .filter(|matcher| matcher.op == MatchOp::Equal)
        .map(|matcher| matcher.name.clone())
        .collect()
}

fn quantile(context: &mut Context<'_>, mut labels: LabelNames) -> LabelNames {
    if !labels.remove("le") {
        context.problem("histogram_quantile needs buckets with the label le");
    }
    labels
}

fn range(
    context: &mut Context<'_>,
    name: &str,
    argument: Option<&Expr>,
    of_counter: bool,
) -> LabelNames {
    let Some(Expr::MatrixSelector(selected)) = argument else {
        context.problem(format!("{name} needs a selector with a range"));
        return LabelNames::new();
    };
    let sample = selector::check(context, &selected.vs);
    if sample.is_counter.is_some_and(|is| is != of_counter) {
        let kind = if of_counter { "counters" } else { "gauges" };
        context.problem(format!("{name} is a function of {kind}"));
    }
    sample.labels
}
