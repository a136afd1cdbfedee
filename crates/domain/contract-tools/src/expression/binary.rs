use promql_parser::parser::{BinaryExpr, LabelModifier, VectorMatchCardinality};

use super::checker::Checker;
use crate::metric_families::LabelNames;

/// The operators that the built-in evaluation knows.
const OPERATORS: [&str; 13] = [
    "+", "-", "*", "/", "==", "!=", ">", "<", ">=", "<=", "and", "or", "unless",
];

/// Checks both operands and how their elements are matched. Returns the labels of the result, or `None` for a number.
pub(super) fn check(checker: &mut Checker<'_>, operation: &BinaryExpr) -> Option<LabelNames> {
    let operator = operation.op.to_string();
    if !OPERATORS.contains(&operator.as_str()) {
        checker.problem(format!(
            "contains the operator {operator}, which the built-in evaluation does not support"
        ));
    }
    let left = checker.expression(&operation.lhs);
    let right = checker.expression(&operation.rhs);
    match (left, right) {
        (Some(left), Some(right)) => Some(vectors(checker, operation, &operator, left, &right)),
        (left, right) => left.or(right),
    }
}

fn vectors(
    checker: &mut Checker<'_>,
    operation: &BinaryExpr,
    operator: &str,
    left: LabelNames,
    right: &LabelNames,
) -> LabelNames {
    let modifier = operation.modifier.as_ref();
    let matching = modifier.and_then(|modifier| modifier.matching.as_ref());
    match matching {
        Some(LabelModifier::Include(on)) => {
            checker.require(&on.labels, &left, "on");
            checker.require(&on.labels, right, "on");
        }
        Some(LabelModifier::Exclude(ignored)) => {
            let kept = |labels: &LabelNames| -> LabelNames {
                let kept = labels.iter();
                kept.filter(|label| !ignored.labels.contains(label))
                    .cloned()
                    .collect()
            };
            compare(checker, operator, &kept(&left), &kept(right));
        }
        None => compare(checker, operator, &left, right),
    }
    if let Some(VectorMatchCardinality::ManyToOne(copied)) = modifier.map(|modifier| &modifier.card)
    {
        checker.require(&copied.labels, right, "group_left");
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
fn compare(checker: &mut Checker<'_>, operator: &str, left: &LabelNames, right: &LabelNames) {
    if left != right {
        checker.problem(format!(
            "the sides of {operator} have different labels: {left:?} and {right:?}"
        ));
    }
}
