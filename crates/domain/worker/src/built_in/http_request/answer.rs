use std::collections::BTreeMap;

use odd_contracts::RawJson;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, SET_COOKIE};
use serde::Serialize;

use super::body::BodyReader;
use super::exchange_error::exchange_failed;
use super::request::Request;
use crate::HandlerError;
use crate::built_in::values::as_result;

const MAX_HEADER_BYTES: usize = 16 * 1024;

/// The result of the job.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status: u16,
    /// Names in lower case, repeated ones joined by a comma, at most 16 KiB, without cookies. Those that describe the encoded
    /// form of a body that was decoded are left out.
    headers: BTreeMap<String, String>,
    /// Without its content coding.
    body: String,
    body_encoding: BodyEncoding,
    /// That of `Content-Type`, without parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    duration_ms: u64,
    /// Whether the body was longer.
    truncated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum BodyEncoding {
    Text,
    Base64,
}

/// Returns the job's result for a response with an expected status, with up to `max_bytes` of its body.
pub(super) async fn read(
    mut response: Response,
    request: &Request,
    max_bytes: usize,
    started: tokio::time::Instant,
) -> Result<Option<RawJson>, HandlerError> {
    let mut reader = BodyReader::new(&response, max_bytes);
    reader
        .receive(&mut response)
        .await
        .map_err(|error| exchange_failed(&error, &request.origin()))?;
    let body = reader.finish(response.headers()).map_err(|reason| {
        HandlerError::failed(format_args!(
            "{} answered {}, but its body cannot be decoded: {reason}; to get it as it is sent, set the header Accept-Encoding to identity",
            request.origin(),
            response.status(),
        ))
    })?;
    let (text, body_encoding) = match body.text() {
        Some(text) => (text.to_owned(), BodyEncoding::Text),
        None if request.expect.requires_text() => {
            return Err(HandlerError::permanent(format_args!(
                "{} answered {} with a body that is not text ({body}), and expect.body requires text",
                request.origin(),
                response.status(),
            )));
        }
        None => (body.base64(), BodyEncoding::Base64),
    };
    Ok(as_result(&Answer {
        status: response.status().as_u16(),
        headers: bounded_headers(response.headers(), body.is_decoded),
        body: text,
        body_encoding,
        media_type: body.media_type,
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        truncated: body.is_truncated,
    }))
}

fn bounded_headers(headers: &HeaderMap, is_decoded: bool) -> BTreeMap<String, String> {
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    let mut room = MAX_HEADER_BYTES;
    for (name, value) in headers {
        if *name == SET_COOKIE || is_decoded && [CONTENT_ENCODING, CONTENT_LENGTH].contains(name) {
            continue;
        }
        let Some(rest) = room.checked_sub(name.as_str().len() + value.len()) else {
            break;
        };
        room = rest;
        let value = header_text(value.as_bytes());
        kept.entry(name.as_str().to_owned())
            .and_modify(|present| {
                present.push_str(", ");
                present.push_str(&value);
            })
            .or_insert(value);
    }
    kept
}

/// Bytes that are not UTF-8 are ISO-8859-1 (RFC 9110, section 5.5), whose characters are the first ones of Unicode.
fn header_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn cookies_and_oversized_headers_are_not_kept() {
        let mut headers = HeaderMap::new();
        headers.insert(SET_COOKIE, HeaderValue::from_static("session=secret"));
        headers.append("x-a", HeaderValue::from_static("1"));
        headers.append("x-a", HeaderValue::from_static("2"));
        let flood = HeaderValue::from_bytes(&[b'x'; MAX_HEADER_BYTES]).expect("legal");
        headers.insert("x-z", flood);
        let kept = bounded_headers(&headers, false);
        assert_eq!(kept.get("x-a").map(String::as_str), Some("1, 2"));
        assert_eq!(kept.len(), 1);
    }

    #[test]
    fn headers_are_not_damaged() {
        assert_eq!(header_text(b"gr\xfcn"), "grün");
        assert_eq!(header_text("grün".as_bytes()), "grün");
    }
}
