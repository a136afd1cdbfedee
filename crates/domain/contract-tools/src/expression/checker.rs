use odd_contracts::Deployment;
use promql_parser::parser::{AggregateExpr, Expr, LabelModifier};

use super::{binary, call, selector};
use crate::metric_families::{LabelNames, MetricFamilies};

/// The aggregations that the built-in evaluation knows.
const AGGREGATIONS: [&str; 5] = ["sum", "max", "min", "avg", "count"];

/// Walks an expression, collects what is wrong, and infers the labels of the result.
pub(super) struct Checker<'a> {
    pub(super) families: &'a MetricFamilies,
    pub(super) deployments: &'a [Deployment],
    pub(super) problems: Vec<String>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(families: &'a MetricFamilies, deployments: &'a [Deployment]) -> Self {
        Self {
            families,
            deployments,
            problems: Vec::new(),
        }
    }

    /// Records a problem.
    pub(super) fn problem(&mut self, problem: impl Into<String>) {
        let problem = problem.into();
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Checks that every label of `named` exists in `labels`.
    pub(super) fn require(&mut self, named: &[String], labels: &LabelNames, place: &str) {
        for label in named.iter().filter(|label| !labels.contains(*label)) {
            self.problem(format!(
                "{place} names the label {label}, which is not there"
            ));
        }
    }

    /// Returns the labels of the elements, or `None` for a number.
    pub(super) fn expression(&mut self, expression: &Expr) -> Option<LabelNames> {
        match expression {
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) => None,
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Unary(inner) => self.expression(&inner.expr),
            Expr::VectorSelector(selected) => Some(selector::check(self, selected).labels),
            Expr::MatrixSelector(selected) => Some(selector::check(self, &selected.vs).labels),
            Expr::Aggregate(aggregation) => Some(self.aggregation(aggregation)),
            Expr::Binary(operation) => binary::check(self, operation),
            Expr::Call(called) => call::check(self, called),
            Expr::Subquery(_) | Expr::Extension(_) => {
                self.problem("contains a subquery, which the built-in evaluation does not support");
                Some(LabelNames::new())
            }
        }
    }

    fn aggregation(&mut self, aggregation: &AggregateExpr) -> LabelNames {
        let name = aggregation.op.to_string();
        if !AGGREGATIONS.contains(&name.as_str()) {
            self.problem(format!(
                "aggregates with {name}, which the built-in evaluation does not support"
            ));
        }
        let inner = self.expression(&aggregation.expr).unwrap_or_default();
        match &aggregation.modifier {
            None => LabelNames::new(),
            Some(LabelModifier::Include(by)) => {
                self.require(&by.labels, &inner, &name);
                by.labels.iter().cloned().collect()
            }
            Some(LabelModifier::Exclude(without)) => {
                self.require(&without.labels, &inner, &name);
                let kept = inner.into_iter();
                kept.filter(|label| !without.labels.contains(label))
                    .collect()
            }
        }
    }
}
