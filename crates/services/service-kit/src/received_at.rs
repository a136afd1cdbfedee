use std::convert::Infallible;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::request_context::RequestContext;

/// Extracts when the head of the request had arrived.
#[derive(Debug, Clone, Copy)]
pub struct ReceivedAt(pub Instant);

impl<S: Sync> FromRequestParts<S> for ReceivedAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<RequestContext>();
        Ok(Self(
            context.map_or_else(Instant::now, |context| context.received_at),
        ))
    }
}
