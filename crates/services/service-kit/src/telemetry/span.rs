use std::borrow::Cow;
use std::time::SystemTime;

use odd_contracts::TraceContext;
use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::attributes::{
    ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_TYPE, MESSAGING_DESTINATION_NAME,
    MESSAGING_OPERATION_NAME, MESSAGING_OPERATION_TYPE, MESSAGING_SYSTEM, SYSTEM,
};

/// An operation of a sampled trace that has ended.
#[derive(Debug)]
pub struct Span(SpanData);

impl Span {
    /// Creates the span `context`, which lasted from `began` until now.
    pub fn new(
        context: TraceContext,
        kind: SpanKind,
        name: impl Into<Cow<'static, str>>,
        began: SystemTime,
    ) -> Self {
        Self(SpanData {
            span_context: span_context(context, false),
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: kind,
            name: name.into(),
            start_time: began,
            end_time: SystemTime::now().max(began),
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: InstrumentationScope::default(),
        })
    }

    /// Creates the span of an operation on a message, with the name `{operation} {destination}` of the conventions.
    /// `operation_type` is one of theirs, such as `create`, `process` or `settle`.
    pub fn of_message(
        context: TraceContext,
        kind: SpanKind,
        (operation, operation_type): (&'static str, &'static str),
        destination: &str,
        began: SystemTime,
    ) -> Self {
        Self::new(context, kind, format!("{operation} {destination}"), began)
            .with(MESSAGING_SYSTEM, SYSTEM)
            .with(MESSAGING_OPERATION_NAME, operation)
            .with(MESSAGING_OPERATION_TYPE, operation_type)
            .with(MESSAGING_DESTINATION_NAME, destination.to_owned())
    }

    /// Sets the time of the end.
    #[must_use]
    pub fn ended_at(mut self, ended: SystemTime) -> Self {
        self.0.end_time = ended.max(self.0.start_time);
        self
    }

    /// Sets the parent, a span of this process.
    #[must_use]
    pub fn child_of(mut self, parent: TraceContext) -> Self {
        self.0.parent_span_id = SpanId::from_bytes(parent.span_id());
        self
    }

    /// Sets the parent, a span that may be of another process.
    #[must_use]
    pub fn child_of_remote(mut self, parent: TraceContext) -> Self {
        self.0.parent_span_is_remote = true;
        self.child_of(parent)
    }

    /// Links the span to another one.
    #[must_use]
    pub fn linked_to(mut self, other: TraceContext) -> Self {
        let link = Link::with_context(span_context(other, true));
        self.0.links.links.push(link);
        self
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.attributes.push(KeyValue::new(name, value));
        self
    }

    /// Marks the operation as failed. `kind` is one of a bounded number of names.
    #[must_use]
    pub fn failed(mut self, kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.status = Status::error(message);
        self.with(ERROR_TYPE, kind)
    }

    /// Adds the event of an exception that ended the operation.
    #[must_use]
    pub fn exception(mut self, kind: &'static str, message: &str) -> Self {
        let attributes = vec![
            KeyValue::new(EXCEPTION_TYPE, kind),
            KeyValue::new(EXCEPTION_MESSAGE, message.to_owned()),
        ];
        let event = Event::new("exception", self.0.end_time, attributes, 0);
        self.0.events.events.push(event);
        self
    }

    pub(super) fn into_data(self, scope: InstrumentationScope) -> SpanData {
        SpanData {
            instrumentation_scope: scope,
            ..self.0
        }
    }
}

/// Returns the context in the form of the SDK.
pub(super) fn span_context(context: TraceContext, is_remote: bool) -> SpanContext {
    let flags = match context.is_sampled() {
        true => TraceFlags::SAMPLED,
        false => TraceFlags::NOT_SAMPLED,
    };
    SpanContext::new(
        TraceId::from_bytes(context.trace_id()),
        SpanId::from_bytes(context.span_id()),
        flags,
        is_remote,
        TraceState::NONE,
    )
}
