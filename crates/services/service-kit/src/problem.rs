use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::{
    CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use odd_contracts::{CorrelationId, FieldError, Problem};

const MAX_ERRORS: usize = 100;
const MAX_POINTER_CHARS: usize = 1_000;
const MAX_MESSAGE_CHARS: usize = 1_000;
const MAX_DETAIL_CHARS: usize = 4_096;

/// Kind of a problem that an HTTP interface reports. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// The body is not acceptable JSON.
    InvalidJson,
    /// The request is malformed in another way.
    BadRequest,
    /// No token, or an unknown one.
    Unauthenticated,
    /// The role of the caller does not permit the request.
    Forbidden,
    /// No such route.
    NotFound,
    /// No such job.
    JobNotFound,
    /// The job has no such attempt.
    AttemptNotFound,
    /// The route does not have this method.
    MethodNotAllowed,
    /// The client accepts no media type that the route produces.
    NotAcceptable,
    /// The body did not arrive in time.
    RequestTimeout,
    /// The current state does not permit the command.
    Conflict,
    /// Another unfinished job has the unique key of the job.
    UniqueKeyHeld,
    /// The resource existed, and does not exist any more.
    Gone,
    /// The body is too large.
    PayloadTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// The request is well formed and violates the contract.
    ContractViolation,
    /// An idempotency key or id was used before with other content.
    IdempotencyConflict,
    /// Too many requests at once.
    TooManyRequests,
    /// A defect in the service.
    Internal,
    /// A service to which the request was passed on gave no valid response.
    BadGateway,
    /// A dependency is unavailable.
    Unavailable,
    /// A service to which the request was passed on did not respond in time.
    GatewayTimeout,
}

impl ProblemCode {
    /// Every code, by status.
    pub const ALL: [Self; 22] = [
        Self::InvalidJson,
        Self::BadRequest,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::JobNotFound,
        Self::AttemptNotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::Conflict,
        Self::UniqueKeyHeld,
        Self::Gone,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::ContractViolation,
        Self::IdempotencyConflict,
        Self::TooManyRequests,
        Self::Internal,
        Self::BadGateway,
        Self::Unavailable,
        Self::GatewayTimeout,
    ];

    /// Returns the code on the wire.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// Returns the HTTP status.
    pub const fn status(self) -> StatusCode {
        self.row().1
    }

    /// Returns the title, which is the same for every occurrence.
    pub const fn title(self) -> &'static str {
        self.row().2
    }

    const fn row(self) -> (&'static str, StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::InvalidJson => ("invalid_json", S::BAD_REQUEST, "Invalid JSON"),
            Self::BadRequest => ("bad_request", S::BAD_REQUEST, "Bad request"),
            Self::Unauthenticated => ("unauthenticated", S::UNAUTHORIZED, "Not authenticated"),
            Self::Forbidden => ("forbidden", S::FORBIDDEN, "Forbidden"),
            Self::NotFound => ("not_found", S::NOT_FOUND, "Not found"),
            Self::JobNotFound => ("job_not_found", S::NOT_FOUND, "Job not found"),
            Self::AttemptNotFound => ("attempt_not_found", S::NOT_FOUND, "Attempt not found"),
            Self::MethodNotAllowed => (
                "method_not_allowed",
                S::METHOD_NOT_ALLOWED,
                "Method not allowed",
            ),
            Self::NotAcceptable => ("not_acceptable", S::NOT_ACCEPTABLE, "Not acceptable"),
            Self::RequestTimeout => ("request_timeout", S::REQUEST_TIMEOUT, "Request timed out"),
            Self::Conflict => ("conflict", S::CONFLICT, "Conflict"),
            Self::UniqueKeyHeld => ("unique_key_held", S::CONFLICT, "Unique key in use"),
            Self::Gone => ("gone", S::GONE, "Gone"),
            Self::PayloadTooLarge => (
                "payload_too_large",
                S::PAYLOAD_TOO_LARGE,
                "Payload too large",
            ),
            Self::UnsupportedMediaType => (
                "unsupported_media_type",
                S::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
            ),
            Self::ContractViolation => (
                "contract_violation",
                S::UNPROCESSABLE_ENTITY,
                "Invalid request",
            ),
            Self::IdempotencyConflict => (
                "idempotency_conflict",
                S::UNPROCESSABLE_ENTITY,
                "Idempotency conflict",
            ),
            Self::TooManyRequests => (
                "too_many_requests",
                S::TOO_MANY_REQUESTS,
                "Too many requests",
            ),
            Self::Internal => ("internal", S::INTERNAL_SERVER_ERROR, "Internal error"),
            Self::BadGateway => ("bad_gateway", S::BAD_GATEWAY, "Bad gateway"),
            Self::Unavailable => ("unavailable", S::SERVICE_UNAVAILABLE, "Unavailable"),
            Self::GatewayTimeout => ("gateway_timeout", S::GATEWAY_TIMEOUT, "Gateway timeout"),
        }
    }
}

/// A problem to be sent. [`HttpInterface`](crate::HttpInterface) writes it as `application/problem+json` with the
/// correlation id of the request.
#[derive(Debug, Clone)]
pub struct ProblemResponse {
    code: ProblemCode,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
}

impl ProblemResponse {
    /// Creates a problem. `detail` says what is wrong with this request and how to fix it.
    pub fn new(code: ProblemCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// Creates the problem of a request that is well formed but violates the contract at `errors`.
    pub fn contract_violation(errors: Vec<FieldError>) -> Self {
        Self {
            code: ProblemCode::ContractViolation,
            detail: "the request violates the contract; see errors".into(),
            errors,
        }
    }

    /// Creates the problem of a defect. Log the cause; it is not sent to the caller.
    pub fn internal() -> Self {
        Self::new(
            ProblemCode::Internal,
            "the service failed; its log has the details under the correlation id",
        )
    }

    /// Creates the problem of a dependency that may recover; the response has `Retry-After`.
    pub fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ProblemCode::Unavailable, detail)
    }

    /// Sets the invalid parts of the request.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// Returns the kind of the problem.
    pub fn code(&self) -> ProblemCode {
        self.code
    }

    /// Renders the problem as a page for people, whose browser shows no JSON.
    pub(crate) fn render_page(mut self, correlation_id: CorrelationId) -> Response {
        self.keep_bounds();
        let text = format!(
            "<!doctype html><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1><p>{detail}</p>\
             <p><small>Correlation id {correlation_id}</small></p>\n",
            title = self.code.title(),
            detail = escaped(&self.detail),
        );
        let mut response = self.render(correlation_id);
        *response.body_mut() = Body::from(text);
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'"),
        );
        response
    }

    pub(crate) fn render(mut self, correlation_id: CorrelationId) -> Response {
        self.keep_bounds();
        let status = self.code.status();
        let problem = Problem {
            problem_type: format!("/problems/{}", self.code.as_str()),
            title: self.code.title().to_owned(),
            status: status.as_u16(),
            detail: self.detail.into_owned(),
            code: self.code.as_str().to_owned(),
            correlation_id,
            errors: self.errors,
        };
        let text = serde_json::to_vec(&problem).expect("a problem always prints as JSON");
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        match self.code {
            ProblemCode::TooManyRequests | ProblemCode::Unavailable => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            ProblemCode::Unauthenticated => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            // The start of the next request on this connection is unknown.
            ProblemCode::BadRequest
            | ProblemCode::RequestTimeout
            | ProblemCode::PayloadTooLarge => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

impl ProblemResponse {
    /// Truncates everything to the bounds of the contract, since messages contain names and values chosen by callers.
    fn keep_bounds(&mut self) {
        self.errors.truncate(MAX_ERRORS);
        for error in &mut self.errors {
            cut(&mut error.pointer, MAX_POINTER_CHARS);
            cut(&mut error.message, MAX_MESSAGE_CHARS);
        }
        if self.detail.len() > MAX_DETAIL_CHARS {
            cut(self.detail.to_mut(), MAX_DETAIL_CHARS);
        }
    }
}

/// Escapes text for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn cut(text: &mut String, max_chars: usize) {
    if let Some((end, _)) = text.char_indices().nth(max_chars) {
        text.truncate(end);
    }
}

impl IntoResponse for ProblemResponse {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_ordered_by_status() {
        let codes: HashSet<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), ProblemCode::ALL.len());
        assert!(ProblemCode::ALL.is_sorted_by_key(|code| code.status()));
    }

    #[test]
    fn the_reference_lists_every_code() {
        let reference = include_str!("../../../../docs/reference/errors.md");
        let rows = reference.lines().filter(|line| line.starts_with("| `"));
        let listed: Vec<_> = rows
            .map(|row| row.split('|').take(3).collect::<String>())
            .collect();
        let known = ProblemCode::ALL
            .map(|code| format!(" `{}`  {} ", code.as_str(), code.status().as_u16()));
        assert_eq!(listed, known);
    }
}
