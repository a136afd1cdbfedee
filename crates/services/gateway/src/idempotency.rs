use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;
use odd_service_kit::ProblemResponse;

use crate::problems::invalid;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const POINTER: &str = "header Idempotency-Key";
const MAX_KEY_BYTES: usize = 200;

/// Extracts the client's key for a submission: 1 to 200 visible ASCII characters.
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ProblemResponse> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        let bytes = value.as_bytes();
        let is_visible = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_graphic);
        match value.to_str() {
            Ok(key) if is_visible && key.len() <= MAX_KEY_BYTES && values.next().is_none() => {
                Ok(Self(Some(key.to_owned())))
            }
            _ => Err(refused(
                "must be sent once and hold 1 to 200 visible ASCII characters",
            )),
        }
    }
}

/// Refuses the key of a batch: each of its jobs may have an id instead.
pub(crate) struct NoIdempotencyKey;

impl<S: Sync> FromRequestParts<S> for NoIdempotencyKey {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ProblemResponse> {
        if parts.headers.contains_key(IDEMPOTENCY_KEY) {
            return Err(refused(
                "does not apply to a batch; give its jobs ids to make it repeatable",
            ));
        }
        Ok(Self)
    }
}

fn refused(message: &str) -> ProblemResponse {
    ProblemResponse::contract_violation(vec![invalid(POINTER, message)])
}
