//! PromQL expressions and alerting rules, evaluated over series in memory with the semantics of Prometheus 3.
//!
//! Pure: no runtime, no I/O, no clock; the time of an evaluation is an argument. It knows no metric of the observatory.
//!
//! Entry points: [`Expression::parse`] for an expression, [`SeriesStore`] for the samples that it reads, and [`AlertRule`]
//! for the states of alerts.
//!
//! ```
//! use odd_promql::{Expression, Labels, Limits, SeriesStore};
//!
//! let mut store = SeriesStore::new(Limits::default());
//! store.keep("jobs_total", 300_000);
//! let labels = Labels::new([("__name__", "jobs_total"), ("type", "echo")]);
//! for second in 0..60 {
//!     store.append(&labels, second * 1_000, second as f64)?;
//! }
//! let expression = Expression::parse("sum(rate(jobs_total[1m])) > 0.5")?;
//! assert_eq!(expression.evaluate(&store, 59_500)?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aggregate;
mod alert_rule;
mod ast;
mod binary;
mod compensated_sum;
mod compile;
mod counter;
mod error;
mod evaluate;
mod expression;
mod histogram;
mod labels;
mod matcher;
mod over_time;
mod sample;
mod set_operation;
mod store;

pub use alert_rule::{ActiveAlert, AlertRule, AlertState, RuleError};
pub use error::{EvaluationError, ParseError};
pub use expression::{Expression, Need, NeedKind};
pub use labels::{Labels, METRIC_NAME};
pub use sample::{Sample, stale_marker};
pub use store::{AppendError, Limits, SeriesStore};
