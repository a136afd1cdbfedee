//! Structured logs to standard error, and traces to an OpenTelemetry collector.
//!
//! Spans are built when the work that they describe has ended, and only for sampled traces: everything else costs one
//! comparison. ADR 0022 compares this with spans of `tracing`.

pub mod attributes;
mod batch_exporter;
mod log_context;
mod log_format;
mod logging;
mod otlp;
mod rejections;
mod retry_notices;
mod sampler;
mod span;
mod span_counts;
mod trace_headers;
mod tracer;

pub use log_context::LogContext;
pub use log_format::LogFormat;
pub use logging::{TelemetryError, init};
pub use opentelemetry::trace::SpanKind;
pub use otlp::{TraceConfig, TracerError};
pub use sampler::{InvalidSampler, TraceSampler};
pub use span::Span;
pub use trace_headers::{InvalidHeaders, TraceHeaders};
pub use tracer::Tracer;
