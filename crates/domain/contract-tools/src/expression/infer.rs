use promql_parser::parser::{AggregateExpr, Expr, LabelModifier};

use super::context::Context;
use super::{binary, call, selector};
use crate::metric_families::LabelNames;

/// Checks an expression and everything in it. Returns the labels of the elements, or `None` for a number.
pub(super) fn infer(context: &mut Context<'_>, expression: &Expr) -> Option<LabelNames> {
    match expression {
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) => None,
        Expr::Paren(inner) => infer(context, &inner.expr),
        Expr::Unary(inner) => infer(context, &inner.expr),
        Expr::VectorSelector(selected) => Some(selector::check(context, selected).labels),
        Expr::MatrixSelector(selected) => Some(selector::check(context, &selected.vs).labels),
        Expr::Aggregate(aggregated) => Some(aggregate(context, aggregated)),
        Expr::Binary(operation) => {
            let left = infer(context, &operation.lhs);
            let right = infer(context, &operation.rhs);
            binary::check(context, operation, left, right)
        }
        Expr::Call(called) => {
            let arguments = called.args.args.iter();
            let labels = arguments.map(|argument| infer(context, argument)).collect();
            call::check(context, called, labels)
        }
        // The built-in evaluation does not support them.
        Expr::Subquery(_) | Expr::Extension(_) => Some(LabelNames::new()),
    }
}

fn aggregate(context: &mut Context<'_>, aggregated: &AggregateExpr) -> LabelNames {
    let name = aggregated.op.to_string();
    let inner = infer(context, &aggregated.expr).unwrap_or_default();
    match &aggregated.modifier {
        None => LabelNames::new(),
        Some(LabelModifier::Include(by)) => {
            context.require(&by.labels, &inner, &name);
            by.labels.iter().cloned().collect()
        }
        Some(LabelModifier::Exclude(without)) => {
            context.require(&without.labels, &inner, &name);
            let kept = inner.into_iter();
            kept.filter(|label| !without.labels.contains(label))
                .collect()
        }
    }
}
