use std::collections::HashSet;

use crate::ast::{Scalar, Vector};
use crate::{EvaluationError, Labels, Sample, SeriesStore};
use crate::{aggregate, binary, histogram, over_time, set_operation};

/// An evaluation at an instant.
pub(crate) struct Evaluation<'a> {
    pub(crate) store: &'a SeriesStore,
    pub(crate) at_ms: i64,
}

impl Evaluation<'_> {
    pub(crate) fn scalar(&self, expression: &Scalar) -> f64 {
        match expression {
            Scalar::Number(value) => *value,
            Scalar::Time => self.at_ms as f64 / 1_000.0,
            Scalar::Negate(operand) => -self.scalar(operand),
            Scalar::Arithmetic(arithmetic, left, right) => {
                arithmetic.apply(self.scalar(left), self.scalar(right))
            }
            Scalar::Compare(comparison, left, right) => {
                f64::from(comparison.holds(self.scalar(left), self.scalar(right)))
            }
        }
    }

    pub(crate) fn vector(&self, expression: &Vector) -> Result<Vec<Sample>, EvaluationError> {
        match expression {
            Vector::Select(selector) => Ok(self.store.instant(selector, self.at_ms)),
            Vector::FromScalar(scalar) => Ok(vec![Sample {
                labels: Labels::empty(),
                value: self.scalar(scalar),
            }]),
            Vector::Range {
                function,
                selector,
                range_ms,
            } => {
                let compute =
                    |points: &_| over_time::apply(*function, points, self.at_ms, *range_ms);
                unique(self.store.range(selector, self.at_ms, *range_ms, compute))
            }
            Vector::Absent { operand, labels } => self.absent(operand, labels),
            Vector::HistogramQuantile { quantile, buckets } => {
                let buckets = self.vector(buckets)?;
                Ok(histogram::quantiles(self.scalar(quantile), buckets))
            }
            Vector::ClampMin { operand, minimum } => {
                let minimum = self.scalar(minimum);
                self.map_values(operand, |value| at_least(value, minimum))
            }
            Vector::Negate(operand) => self.map_values(operand, |value| -value),
            Vector::Aggregate {
                aggregation,
                grouping,
                operand,
            } => {
                let samples = self.vector(operand)?;
                Ok(aggregate::apply(*aggregation, grouping, samples))
            }
            Vector::WithScalar { .. } | Vector::Join { .. } | Vector::Set { .. } => {
                self.operation(expression)
            }
        }
    }

    /// Evaluates an operator with two operands.
    fn operation(&self, expression: &Vector) -> Result<Vec<Sample>, EvaluationError> {
        match expression {
            Vector::WithScalar {
                operator,
                vector,
                scalar,
                scalar_first,
            } => {
                let (samples, scalar) = (self.vector(vector)?, self.scalar(scalar));
                unique(binary::with_scalar(
                    *operator,
                    samples,
                    scalar,
                    *scalar_first,
                ))
            }
            Vector::Join {
                operator,
                left,
                right,
                matching,
            } => {
                let (left, right) = (self.vector(left)?, self.vector(right)?);
                unique(binary::join(*operator, &left, &right, matching)?)
            }
            Vector::Set {
                operation,
                left,
                right,
                matched,
            } => {
                let (left, right) = (self.vector(left)?, self.vector(right)?);
                unique(set_operation::apply(*operation, left, right, matched))
            }
            other => self.vector(other),
        }
    }

    fn absent(&self, operand: &Vector, labels: &Labels) -> Result<Vec<Sample>, EvaluationError> {
        let present = !self.vector(operand)?.is_empty();
        let sample = Sample {
            labels: labels.clone(),
            value: 1.0,
        };
        Ok(if present { Vec::new() } else { vec![sample] })
    }

    fn map_values(
        &self,
        operand: &Vector,
        map: impl Fn(f64) -> f64,
    ) -> Result<Vec<Sample>, EvaluationError> {
        let samples = self.vector(operand)?.into_iter().map(|sample| Sample {
            labels: sample.labels.without_name(),
            value: map(sample.value),
        });
        unique(samples.collect())
    }
}

/// Returns the larger value; NaN if one of them is.
fn at_least(value: f64, minimum: f64) -> f64 {
    if value.is_nan() || minimum.is_nan() {
        return f64::NAN;
    }
    value.max(minimum)
}

fn unique(samples: Vec<Sample>) -> Result<Vec<Sample>, EvaluationError> {
    let mut seen = HashSet::with_capacity(samples.len());
    match samples.iter().find(|sample| !seen.insert(&sample.labels)) {
        None => Ok(samples),
        Some(duplicate) => Err(EvaluationError::DuplicateLabels(duplicate.labels.clone())),
    }
}
