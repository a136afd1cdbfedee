use std::time::SystemTime;

use odd_contracts::TraceContext;
use odd_core::NewJob;
use odd_core::ports::{Acceptance, Submitted};
use odd_service_kit::telemetry::attributes::{
    JOB_ID, JOB_TYPE, MESSAGING_MESSAGE_BODY_SIZE, MESSAGING_MESSAGE_CONVERSATION_ID,
    MESSAGING_MESSAGE_ID,
};
use odd_service_kit::telemetry::{Span, SpanKind, Tracer};

/// The creation of jobs by a request that is recorded: one span for each job, so that each has a trace to continue.
pub(crate) struct JobCreation {
    request: TraceContext,
    began: SystemTime,
}

impl JobCreation {
    /// Gives each job its span, if the request is recorded.
    pub(crate) fn begin(
        tracer: &Tracer,
        request: Option<TraceContext>,
        jobs: &mut [NewJob],
    ) -> Option<Self> {
        let request = request?;
        for job in jobs {
            job.trace = tracer.child_of(request);
        }
        Some(Self {
            request,
            began: SystemTime::now(),
        })
    }

    /// Records the spans of the new jobs, which are stored now.
    pub(crate) fn finish(self, tracer: &Tracer, jobs: &[NewJob], answers: &[Submitted]) {
        let ended = SystemTime::now();
        for (job, answer) in jobs.iter().zip(answers) {
            if let Some(context) = job.trace
                && answer.acceptance == Acceptance::Created
            {
                tracer.record(self.span(job, context).ended_at(ended));
            }
        }
    }

    fn span(&self, job: &NewJob, context: TraceContext) -> Span {
        let (kind, operation) = (SpanKind::Producer, ("create", "create"));
        let span = Span::of_message(context, kind, operation, job.queue.as_str(), self.began)
            .child_of(self.request)
            .with(MESSAGING_MESSAGE_ID, job.id.to_string())
            .with(
                MESSAGING_MESSAGE_CONVERSATION_ID,
                job.correlation_id.to_string(),
            )
            .with(JOB_ID, job.id.to_string())
            .with(JOB_TYPE, job.job_type.to_string());
        match &job.payload {
            Some(payload) => span.with(MESSAGING_MESSAGE_BODY_SIZE, length(payload.get())),
            None => span,
        }
    }
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}
