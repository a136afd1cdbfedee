use std::collections::BTreeMap;
use std::time::Duration;

use odd_contracts::{RawJson, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER, SET_COOKIE};
use reqwest::{Response, StatusCode};
use serde::Serialize;

use super::request::Request;
use super::transport::exchange_failed;
use crate::HandlerError;
use crate::built_in::values::{as_result, inert_text};

const MAX_HEADER_BYTES: usize = 16 * 1024;
const MAX_RETRY_AFTER_MS: u64 = 86_400_000;

/// The result of the job.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status: u16,
    /// Names in lower case, repeated ones joined by a comma, at most 16 KiB, without cookies.
    headers: BTreeMap<String, String>,
    body: String,
    duration_ms: u64,
    /// Whether the body was longer.
    truncated: bool,
}

/// Returns the job's result for a response with an expected status, with up to `max_bytes` of its body.
pub(super) async fn read(
    mut response: Response,
    request: &Request,
    max_bytes: usize,
    started: tokio::time::Instant,
) -> Result<Option<RawJson>, HandlerError> {
    let mut body = Vec::new();
    let mut truncated = false;
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| exchange_failed(&error, &request.origin()))?
    {
        let room = max_bytes - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            truncated = true;
            break;
        }
    }
    let elapsed: Duration = started.elapsed();
    Ok(as_result(&Answer {
        status: response.status().as_u16(),
        headers: bounded_headers(response.headers()),
        body: inert_text(&body),
        duration_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        truncated,
    }))
}

/// Returns the failure for a response with an unexpected status.
pub(super) fn unexpected(response: &Response, request: &Request, now: Timestamp) -> HandlerError {
    let status = response.status();
    let message = format!(
        "{} {} answered {status}, which was not expected",
        request.method,
        request.origin()
    );
    if !is_transient(status) {
        return HandlerError::Permanent { message };
    }
    match retry_after_ms(response.headers(), now) {
        Some(delay_ms) => HandlerError::RetryAfter { message, delay_ms },
        None => HandlerError::Failed { message },
    }
}

fn is_transient(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
}

/// Returns `Retry-After`, given in seconds or as a date (RFC 9110, section 10.2.3), at most a day.
fn retry_after_ms(headers: &HeaderMap, now: Timestamp) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let delay_ms = match text.parse::<u64>() {
        Ok(seconds) => seconds.saturating_mul(1_000),
        Err(_) => {
            let date = jiff::fmt::rfc2822::DateTimeParser::new()
                .parse_timestamp(text)
                .ok()?;
            Timestamp::from_micros(date.as_microsecond()).millis_since(now)
        }
    };
    Some(delay_ms.min(MAX_RETRY_AFTER_MS))
}

fn bounded_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    let mut room = MAX_HEADER_BYTES;
    for (name, value) in headers.iter().filter(|(name, _)| **name != SET_COOKIE) {
        let Some(rest) = room.checked_sub(name.as_str().len() + value.len()) else {
            break;
        };
        room = rest;
        let value = inert_text(value.as_bytes());
        kept.entry(name.as_str().to_owned())
            .and_modify(|present| {
                present.push_str(", ");
                present.push_str(&value);
            })
            .or_insert(value);
    }
    kept
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn retry_after(text: &'static str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
        let now = "1994-11-06T08:49:30Z".parse().expect("a time");
        retry_after_ms(&headers, now)
    }

    #[test]
    fn retry_after_is_parsed_in_both_forms() {
        assert_eq!(retry_after("120"), Some(120_000));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7_000));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:00 GMT"), Some(0));
        assert_eq!(retry_after("99999999999999999999"), None);
        assert_eq!(retry_after("9999999999"), Some(MAX_RETRY_AFTER_MS));
        assert_eq!(retry_after("soon"), None);
    }

    #[test]
    fn cookies_and_oversized_headers_are_not_kept() {
        let mut headers = HeaderMap::new();
        headers.insert(SET_COOKIE, HeaderValue::from_static("session=secret"));
        headers.append("x-a", HeaderValue::from_static("1"));
        headers.append("x-a", HeaderValue::from_static("2"));
        let flood = HeaderValue::from_bytes(&[b'x'; MAX_HEADER_BYTES]).expect("legal");
        headers.insert("x-z", flood);
        let kept = bounded_headers(&headers);
        assert_eq!(kept.get("x-a").map(String::as_str), Some("1, 2"));
        assert_eq!(kept.len(), 1);
    }
}
