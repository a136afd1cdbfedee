use promql_parser::parser::{BinaryExpr, LabelModifier, VectorMatchCardinality};

use super::context::Context;
use crate::metric_families::LabelNames;

/// Checks how the elements of both operands are matched. Returns the labels of the result, or `None` for a number.
pub(super) fn check(
    context: &mut Context<'_>,
    operation: &BinaryExpr,
    left: Option<LabelNames>,
    right: Option<LabelNames>,
) -> Option<LabelNames> {
    let operator = operation.op.to_string();
    match (left, right) {
        (Some(left), Some(right)) => Some(vectors(context, operation, &operator, left, &right)),
        (left, right) => left.or(right),
    }
}

fn vectors(
    context: &mut Context<'_>,
    operation: &BinaryExpr,
    operator: &str,
    left: LabelNames,
    right: &LabelNames,
) -> LabelNames {
    let modifier = operation.modifier.as_ref();
    let matching = modifier.and_then(|modifier| modifier.matching.as_ref());
    match matching {
        Some(LabelModifier::Include(on)) => {
            context.require(&on.labels, &left, "on");
            context.require(&on.labels, right, "on");
        }
        Some(LabelModifier::Exclude(ignored)) => {
            let kept = |labels: &LabelNames| -> LabelNames {
                let kept = labels.iter();
                kept.filter(|label| !ignored.labels.contains(label))
                    .cloned()
                    .collect()
            };
            compare(context, operator, &kept(&left), &kept(right));
        }
        None => compare(context, operator, &left, right),
    }
    if let Some(VectorMatchCardinality::ManyToOne(copied)) = modifier.map(|modifier| &modifier.card)
    {
        context.require(&copied.labels, right, "group_left");
        return left.into_iter().chain(copied.labels.clone()).collect();
    }
    match (operator, matching) {
        ("and" | "unless", _) | (_, None) => left,
        ("or", _) => left.intersection(right).cloned().collect(),
        (_, Some(LabelModifier::Include(on))) => on.labels.iter().cloned().collect(),
        (_, Some(LabelModifier::Exclude(ignored))) => {
            let kept = left.into_iter();
            kept.filter(|label| !ignored.labels.contains(label))
                .collect()
        }
    }
}

/// Elements with different labels never match.
fn compare(context: &mut Context<'_>, operator: &str, left: &LabelNames, right: &LabelNames) {
    if left != right {
        context.problem(format!(
            "the sides of {operator} have different labels: {left:?} and {right:?}"
        ));
    }
}
