use std::sync::Arc;
use std::time::SystemTime;

use odd_contracts::{CorrelationId, JobStatus, JobType, QueueName, TraceContext};
use odd_core::AttemptResult;
use odd_core::ports::{ClaimedJob, Lease};
use odd_service_kit::telemetry::attributes::{
    JOB_ATTEMPT, JOB_ID, JOB_RUN, JOB_STATUS, JOB_TYPE, MESSAGING_CLIENT_ID,
    MESSAGING_MESSAGE_BODY_SIZE, MESSAGING_MESSAGE_CONVERSATION_ID, MESSAGING_MESSAGE_ID,
};
use odd_service_kit::telemetry::{Span, SpanKind, Tracer};

/// The spans of an attempt whose trace is recorded: `process` for the handler, and `finish` for the commit of its result.
pub(crate) struct AttemptTrace {
    /// The span that created the job.
    created: TraceContext,
    lease: Lease,
    run: u32,
    job_type: JobType,
    queue: QueueName,
    correlation_id: CorrelationId,
    body_bytes: usize,
    worker_id: Arc<str>,
    began: SystemTime,
    ended: SystemTime,
}

/// Why the result of an attempt does not count.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Uncounted {
    /// The lease was lost: another attempt follows.
    LeaseLost,
    /// The store did not record it.
    Unrecorded,
}

impl Uncounted {
    const fn name(self) -> &'static str {
        match self {
            Self::LeaseLost => "lease_lost",
            Self::Unrecorded => "unrecorded",
        }
    }
}

impl AttemptTrace {
    /// Begins the attempt of a claimed job, if its trace is recorded.
    pub(crate) fn begin(
        tracer: &Tracer,
        worker_id: &Arc<str>,
        job: &ClaimedJob,
    ) -> Option<Box<Self>> {
        let created = job.trace.filter(|_| tracer.is_enabled())?;
        let now = SystemTime::now();
        Some(Box::new(Self {
            created,
            lease: job.lease,
            run: job.run,
            job_type: job.job_type.clone(),
            queue: job.queue.clone(),
            correlation_id: job.correlation_id,
            body_bytes: job.payload.as_ref().map_or(0, |json| json.get().len()),
            worker_id: worker_id.clone(),
            began: now,
            ended: now,
        }))
    }

    /// Returns the span of the attempt.
    pub(crate) fn context(&self) -> TraceContext {
        self.of_attempt(self.lease.attempt)
    }

    /// Notes that the handler has ended.
    pub(crate) fn end(&mut self) {
        self.ended = SystemTime::now();
    }

    /// Records the spans of an attempt whose result was committed, with the status that it gave the job.
    pub(crate) fn finish(&self, tracer: &Tracer, result: &AttemptResult, status: JobStatus) {
        let committing = Span::of_message(
            tracer.child_of(self.context()).unwrap_or(self.created),
            SpanKind::Client,
            ("finish", "settle"),
            self.queue.as_str(),
            self.ended,
        );
        let committing = committing.child_of(self.context());
        tracer.record(self.describe(committing).with(JOB_STATUS, status.as_str()));
        let span = self.process().with(JOB_STATUS, status.as_str());
        tracer.record(match result.failure() {
            Some(error) => {
                let kind = error.reason.as_str();
                span.exception(kind, &error.message)
                    .failed(kind, error.message)
            }
            None => span,
        });
    }

    /// Records the span of an attempt whose result does not count.
    pub(crate) fn discard(&self, tracer: &Tracer, reason: Uncounted) {
        let message = "the result of the attempt does not count";
        tracer.record(self.process().failed(reason.name(), message));
    }

    /// The span of the handler.
    fn process(&self) -> Span {
        let span = Span::of_message(
            self.context(),
            SpanKind::Consumer,
            ("process", "process"),
            self.queue.as_str(),
            self.began,
        );
        let span = self
            .describe(span.ended_at(self.ended))
            .child_of_remote(self.created)
            .with(MESSAGING_MESSAGE_BODY_SIZE, signed(self.body_bytes))
            .with(MESSAGING_CLIENT_ID, self.worker_id.to_string())
            .with(JOB_RUN, i64::from(self.run));
        match self.lease.attempt {
            0 | 1 => span,
            attempt => span.linked_to(self.of_attempt(attempt - 1)),
        }
    }

    fn describe(&self, span: Span) -> Span {
        span.with(MESSAGING_MESSAGE_ID, self.lease.job_id.to_string())
            .with(
                MESSAGING_MESSAGE_CONVERSATION_ID,
                self.correlation_id.to_string(),
            )
            .with(JOB_ID, self.lease.job_id.to_string())
            .with(JOB_TYPE, self.job_type.to_string())
            .with(JOB_ATTEMPT, i64::from(self.lease.attempt))
    }

    fn of_attempt(&self, attempt: u32) -> TraceContext {
        self.created.of_attempt(self.lease.job_id, attempt)
    }
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
