//! An OpenTelemetry collector that receives traces over HTTP, for tests.

mod collector;
mod recorded_span;
mod trace_tree;

pub use collector::OtlpCollector;
pub use recorded_span::RecordedSpan;
pub use trace_tree::{Times, trace_tree};
