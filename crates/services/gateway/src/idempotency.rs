use axum::http::{HeaderMap, HeaderName};
use odd_contracts::FieldError;

use crate::problems::invalid;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const POINTER: &str = "header Idempotency-Key";
const MAX_KEY_BYTES: usize = 200;

/// The client's key for a submission: 1 to 200 visible ASCII characters.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, FieldError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let bytes = value.as_bytes();
    let is_visible = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok(key) if is_visible && key.len() <= MAX_KEY_BYTES && values.next().is_none() => {
            Ok(Some(key.to_owned()))
        }
        _ => Err(invalid(
            POINTER,
            "must be sent once and hold 1 to 200 visible ASCII characters",
        )),
    }
}

/// A batch has no key: each of its jobs may have an id.
pub(crate) fn refuse_idempotency_key(headers: &HeaderMap) -> Result<(), FieldError> {
    if headers.contains_key(IDEMPOTENCY_KEY) {
        return Err(invalid(
            POINTER,
            "does not apply to a batch; give its jobs ids to make it repeatable",
        ));
    }
    Ok(())
}
