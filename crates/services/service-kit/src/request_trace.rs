use std::convert::Infallible;
use std::time::SystemTime;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response};
use odd_contracts::{CorrelationId, TraceContext};

use crate::request_context::RequestContext;
use crate::telemetry::attributes::{
    CORRELATION_ID, HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE, URL_PATH,
    URL_SCHEME,
};
use crate::telemetry::{Span, SpanKind, Tracer};

/// Extracts the span of the request, if it is recorded.
#[derive(Debug, Clone, Copy)]
pub struct RequestTrace(pub Option<TraceContext>);

impl<S: Sync> FromRequestParts<S> for RequestTrace {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<RequestContext>();
        Ok(Self(context.and_then(|context| context.trace)))
    }
}

/// A request that is recorded as a span.
pub(crate) struct TracedRequest {
    pub(crate) context: TraceContext,
    parent: Option<TraceContext>,
    path: String,
    began: SystemTime,
}

impl TracedRequest {
    /// Decides whether an admitted request is recorded. A malformed `traceparent` counts as missing.
    pub(crate) fn sample(tracer: &Tracer, request: &Parts) -> Option<Self> {
        if !tracer.is_enabled() {
            return None;
        }
        let parent = sender(&request.headers);
        Some(Self {
            context: tracer.sample(parent)?,
            parent,
            path: request.uri.path().to_owned(),
            began: SystemTime::now(),
        })
    }

    /// Records the span of the answered request.
    pub(crate) fn finish<B>(
        self,
        tracer: &Tracer,
        (method, route): (&'static str, &'static str),
        correlation_id: CorrelationId,
        response: &Response<B>,
    ) {
        let status = response.status();
        let name = format!("{method} {route}");
        let mut span = Span::new(self.context, SpanKind::Server, name, self.began)
            .with(HTTP_REQUEST_METHOD, method)
            .with(HTTP_ROUTE, route)
            .with(HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16()))
            .with(URL_PATH, self.path)
            .with(URL_SCHEME, "http")
            .with(CORRELATION_ID, correlation_id.to_string());
        if let Some(parent) = self.parent {
            span = span.child_of_remote(parent);
        }
        if status.is_server_error() {
            span = span.failed("server_error", status.to_string());
        }
        tracer.record(span);
    }
}

/// Returns the span that sent a request.
fn sender(headers: &HeaderMap) -> Option<TraceContext> {
    let mut values = headers.get_all(TraceContext::HEADER).iter();
    let value = values.next().filter(|_| values.next().is_none());
    value?.to_str().ok()?.parse().ok()
}
