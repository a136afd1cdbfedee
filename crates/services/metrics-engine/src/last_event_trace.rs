use std::sync::Arc;
use std::time::SystemTime;

use odd_contracts::TraceContext;
use odd_core::JobEvent;
use odd_core::ports::{LogEntry, LogRecord};
use odd_service_kit::telemetry::attributes::{
    JOB_ATTEMPT, JOB_ID, JOB_STATUS, JOB_TYPE, MESSAGING_MESSAGE_CONVERSATION_ID,
    MESSAGING_MESSAGE_ID,
};
use odd_service_kit::telemetry::{Span, SpanKind, Tracer};

/// The spans of last events of jobs that are being applied to the views: the end of the traces of these jobs.
pub(crate) struct LastEventTraces {
    events: Vec<Arc<JobEvent>>,
    began: SystemTime,
}

impl LastEventTraces {
    /// Begins the spans of those entries that are last events of jobs whose traces are recorded.
    pub(crate) fn begin(tracer: &Tracer, entries: &[LogRecord]) -> Option<Self> {
        if !tracer.is_enabled() {
            return None;
        }
        let is_last =
            |event: &JobEvent| event.trace.is_some() && event.change.status().is_terminal();
        let events = entries.iter().filter_map(|record| match &record.entry {
            LogEntry::Event(event) if is_last(event) => Some(event.clone()),
            _ => None,
        });
        let events: Vec<_> = events.collect();
        (!events.is_empty()).then(|| Self {
            events,
            began: SystemTime::now(),
        })
    }

    /// Records the spans: the views have the events now.
    pub(crate) fn finish(self, tracer: &Tracer) {
        let ended = SystemTime::now();
        for event in &self.events {
            let created = event.trace;
            if let Some(span) = created.and_then(|created| span(tracer, event, created, self.began))
            {
                tracer.record(span.ended_at(ended));
            }
        }
    }
}

fn span(
    tracer: &Tracer,
    event: &JobEvent,
    created: TraceContext,
    began: SystemTime,
) -> Option<Span> {
    let parent = match event.attempt {
        Some(attempt) => created.of_attempt(event.job_id, attempt),
        None => created,
    };
    let span = Span::of_message(
        tracer.child_of(parent)?,
        SpanKind::Consumer,
        ("apply", "process"),
        event.change.event_type().as_str(),
        began,
    );
    let span = span
        .child_of_remote(parent)
        .with(MESSAGING_MESSAGE_ID, event.id().to_string())
        .with(
            MESSAGING_MESSAGE_CONVERSATION_ID,
            event.correlation_id.to_string(),
        )
        .with(JOB_ID, event.job_id.to_string())
        .with(JOB_TYPE, event.job_type.to_string())
        .with(JOB_STATUS, event.change.status().as_str());
    Some(match event.attempt {
        Some(attempt) => span.with(JOB_ATTEMPT, i64::from(attempt)),
        None => span,
    })
}
