//! Checks a PromQL expression against the metric families: names, labels and label values. `odd-promql` checks that the
//! built-in evaluation supports it.

mod binary;
mod call;
mod context;
mod infer;
mod selector;

use odd_contracts::Deployment;
use odd_promql::{Expression, ParseError};
use promql_parser::parser;

use self::context::Context;
use self::infer::infer;
use crate::metric_families::{LabelNames, MetricFamilies};

/// Returns the names of the labels that the elements of the result have.
///
/// # Errors
/// Everything that is wrong with the expression.
pub(crate) fn check(
    text: &str,
    families: &MetricFamilies,
    deployments: &[Deployment],
) -> Result<LabelNames, Vec<String>> {
    let is_not_promql = |error| vec![format!("is not PromQL: {error}")];
    Expression::parse(text).map_err(|error| match error {
        ParseError::Syntax(error) => is_not_promql(error),
        error => vec![format!("cannot be evaluated without Prometheus: {error}")],
    })?;
    let expression = parser::parse(text).map_err(is_not_promql)?;
    let mut context = Context {
        families,
        deployments,
        problems: Vec::new(),
    };
    let labels = infer(&mut context, &expression);
    match labels {
        _ if !context.problems.is_empty() => Err(context.problems),
        Some(labels) => Ok(labels),
        None => Err(vec!["is a number, not a vector".to_owned()]),
    }
}
