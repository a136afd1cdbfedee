use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use odd_contracts::CorrelationId;
use uuid::Uuid;

use crate::request_context::RequestContext;

/// Header of the correlation id, in requests and responses.
pub const CORRELATION_ID_HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

/// Extracts the correlation id of the request: that of the client if it sent a UUID, otherwise a new one.
#[derive(Debug, Clone, Copy)]
pub struct Correlation(pub CorrelationId);

impl<S: Sync> FromRequestParts<S> for Correlation {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<RequestContext>().map_or_else(
            || correlation_id(&parts.headers),
            |context| context.correlation_id,
        )))
    }
}

pub(crate) fn correlation_id(headers: &HeaderMap) -> CorrelationId {
    headers
        .get(CORRELATION_ID_HEADER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| CorrelationId(Uuid::new_v4()))
}

pub(crate) fn header_value(id: CorrelationId) -> HeaderValue {
    let mut buffer = Uuid::encode_buffer();
    HeaderValue::from_str(id.0.hyphenated().encode_lower(&mut buffer))
        .expect("a UUID is a legal header value")
}
