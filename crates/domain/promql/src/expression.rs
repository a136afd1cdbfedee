use std::fmt;

use crate::ast::Vector;
use crate::compile::{Compiled, compile};
use crate::evaluate::Evaluation;
use crate::store::LOOKBACK_MS;
use crate::{EvaluationError, Labels, ParseError, Sample, SeriesStore};

/// A parsed expression.
///
/// The supported subset of PromQL: instant selectors, and range selectors as the argument of `rate`, `increase`, `delta`,
/// `changes`, `resets` and `max_`, `min_`, `avg_`, `sum_` and `count_over_time`; `histogram_quantile`, `absent`,
/// `clamp_min`, `time`, `vector`; `sum`, `max`, `min`, `avg` and `count` with `by` or `without`; `+ - * /`, comparisons
/// with and without `bool`, `and`, `or` and `unless`, with `on`, `ignoring` and `group_left`.
#[derive(Clone)]
pub struct Expression {
    text: String,
    compiled: Compiled,
}

/// The samples that an expression reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The name of the metric.
    pub metric: String,
    /// How far back samples are read, in milliseconds.
    pub window_ms: i64,
    /// Which samples of the window are read.
    pub kind: NeedKind,
}

/// Which samples a selector reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedKind {
    /// An instant selector reads the latest sample; one is enough for a value.
    Instant,
    /// A range selector reads all samples of the range.
    Range,
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// When it is not PromQL, outside of the subset, or a selector does not name its metric.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let parsed = promql_parser::parser::parse(text).map_err(ParseError::Syntax)?;
        Ok(Self {
            text: text.to_owned(),
            compiled: compile(&parsed)?,
        })
    }

    /// Evaluates the expression. A scalar is one sample without labels. The order of the samples is undefined.
    ///
    /// # Errors
    /// When series do not match as the operators require.
    pub fn evaluate(
        &self,
        store: &SeriesStore,
        at_ms: i64,
    ) -> Result<Vec<Sample>, EvaluationError> {
        let evaluation = Evaluation { store, at_ms };
        match &self.compiled {
            Compiled::Vector(vector) => evaluation.vector(vector),
            Compiled::Scalar(scalar) => Ok(vec![Sample {
                labels: Labels::empty(),
                value: evaluation.scalar(scalar),
            }]),
        }
    }

    /// Returns what the expression reads, once for each selector.
    pub fn needs(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        if let Compiled::Vector(vector) = &self.compiled {
            collect(vector, &mut needs);
        }
        needs
    }
}

fn collect(expression: &Vector, needs: &mut Vec<Need>) {
    let mut need = |metric: &String, window_ms, kind| {
        needs.push(Need {
            metric: metric.clone(),
            window_ms,
            kind,
        });
    };
    match expression {
        Vector::Select(selector) => need(&selector.metric, LOOKBACK_MS, NeedKind::Instant),
        Vector::Range {
            selector, range_ms, ..
        } => need(&selector.metric, *range_ms, NeedKind::Range),
        Vector::FromScalar(_) => {}
        Vector::HistogramQuantile {
            buckets: operand, ..
        }
        | Vector::Absent { operand, .. }
        | Vector::ClampMin { operand, .. }
        | Vector::Negate(operand)
        | Vector::Aggregate { operand, .. }
        | Vector::WithScalar {
            vector: operand, ..
        } => collect(operand, needs),
        Vector::Join { left, right, .. } | Vector::Set { left, right, .. } => {
            collect(left, needs);
            collect(right, needs);
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.text)
    }
}
