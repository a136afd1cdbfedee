use std::fmt::Display;

use odd_contracts::{CorrelationId, JobId, TraceContext};

tokio::task_local! {
    static CURRENT: LogContext;
}

/// The value of a field.
pub(super) enum FieldValue<'a> {
    /// An id, which needs no escaping.
    Text(&'a dyn Display),
    Number(u32),
}

/// What log lines are about. Every line that is logged within [`LogContext::scope`] has it as fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogContext {
    correlation_id: CorrelationId,
    attempt: Option<(JobId, u32)>,
    trace: Option<TraceContext>,
}

impl LogContext {
    /// Creates the context of a request.
    pub const fn of_request(correlation_id: CorrelationId, trace: Option<TraceContext>) -> Self {
        Self {
            correlation_id,
            attempt: None,
            trace,
        }
    }

    /// Creates the context of an attempt. `correlation_id` is that of the request that submitted the job.
    pub const fn of_attempt(
        (job, attempt): (JobId, u32),
        correlation_id: CorrelationId,
        trace: Option<TraceContext>,
    ) -> Self {
        Self {
            correlation_id,
            attempt: Some((job, attempt)),
            trace,
        }
    }

    /// Runs `work` with this context. Tasks that it spawns do not have the context.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        // An `async` function would keep `work` twice, and copy it for every request and attempt.
        CURRENT.scope(self, work)
    }

    /// Returns the context of the running task, if it has one.
    pub(super) fn current() -> Option<Self> {
        CURRENT.try_with(|context| *context).ok()
    }

    /// Passes each field to `each`, as its name and value.
    pub(super) fn each_field(&self, mut each: impl FnMut(&'static str, FieldValue<'_>)) {
        each("correlation_id", FieldValue::Text(&self.correlation_id));
        if let Some((job, attempt)) = self.attempt {
            each("job", FieldValue::Text(&job));
            each("attempt", FieldValue::Number(attempt));
        }
        if let Some(trace) = self.trace {
            each("trace_id", FieldValue::Text(&trace.trace_id_hex()));
        }
    }
}
