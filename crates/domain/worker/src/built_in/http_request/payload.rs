use std::collections::BTreeMap;
use std::time::Duration;

use odd_contracts::{FieldError, RawJson, json_pointer};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;

use super::expect::Expect;
use super::guard::Guard;
use super::request::Request;
use crate::InvalidPayload;
use crate::built_in::values::parse_object;

const MAX_URL_CHARS: usize = 8_192;
const MAX_HEADERS: usize = 100;
const MAX_TIMEOUT_MS: u64 = 86_400_000;

/// Headers that control the transfer of the message; the client sets them.
const TRANSFER_HEADERS: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    expecting = "an object such as {\"url\": \"https://example.com/\"}"
)]
struct Payload {
    #[serde(default)]
    method: MethodName,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// A string is sent as it is, any other value as JSON.
    body: Option<RawJson>,
    #[serde(default)]
    expect: Expect,
    /// Applies to the whole exchange, redirects included. Default: the time limit of the attempt.
    timeout_ms: Option<u64>,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "UPPERCASE")]
enum MethodName {
    #[default]
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

/// Parses a payload and checks everything that can be checked before the request is made.
pub(super) fn read(payload: Option<&str>, guard: &Guard) -> Result<Request, InvalidPayload> {
    let payload: Payload = parse_object(payload)?;
    let mut errors = Vec::new();
    let url = check_url(&payload.url, guard).map_err(|message| {
        errors.push(FieldError {
            pointer: "/url".into(),
            message,
        })
    });
    let mut headers = read_headers(&payload.headers, &mut errors);
    let timeout_in_range = payload
        .timeout_ms
        .is_none_or(|ms| (1..=MAX_TIMEOUT_MS).contains(&ms));
    if !timeout_in_range {
        errors.push(FieldError {
            pointer: "/timeoutMs".into(),
            message: format!("must be 1 to {MAX_TIMEOUT_MS}"),
        });
    }
    match url {
        Ok(url) if errors.is_empty() => Ok(Request {
            method: payload.method.into(),
            url,
            body: payload.body.map(|body| read_body(&body, &mut headers)),
            headers,
            expect: payload.expect,
            timeout: payload.timeout_ms.map(Duration::from_millis),
        }),
        _ => Err(InvalidPayload { errors }),
    }
}

fn check_url(text: &str, guard: &Guard) -> Result<Url, String> {
    if text.len() > MAX_URL_CHARS {
        return Err(format!("must have at most {MAX_URL_CHARS} characters"));
    }
    let url: Url = text
        .parse()
        .map_err(|error| format!("must be a URL such as https://example.com/: {error}"))?;
    guard.check(&url).map_err(|refusal| refusal.to_string())?;
    Ok(url)
}

fn read_headers(written: &BTreeMap<String, String>, errors: &mut Vec<FieldError>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if written.len() > MAX_HEADERS {
        errors.push(FieldError {
            pointer: "/headers".into(),
            message: format!("must have at most {MAX_HEADERS} fields"),
        });
        return headers;
    }
    for (name, value) in written {
        match read_header(name, value) {
            Ok((name, value)) => {
                headers.append(name, value);
            }
            Err(message) => errors.push(FieldError {
                pointer: json_pointer::child("/headers", name),
                message: message.into(),
            }),
        }
    }
    headers
}

/// The messages do not contain the value, which may be a secret.
fn read_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name: HeaderName = name.parse().map_err(|_| "is not a valid header name")?;
    if TRANSFER_HEADERS.contains(&name.as_str()) {
        return Err("is set by the HTTP client and cannot be changed");
    }
    let mut value =
        HeaderValue::from_str(value).map_err(|_| "must have a value without control characters")?;
    value.set_sensitive(true);
    Ok((name, value))
}

fn read_body(body: &RawJson, headers: &mut HeaderMap) -> Vec<u8> {
    match body.parse::<String>() {
        Ok(text) => text.into_bytes(),
        Err(_) => {
            headers
                .entry(CONTENT_TYPE)
                .or_insert(HeaderValue::from_static("application/json"));
            body.get().as_bytes().to_vec()
        }
    }
}

impl From<MethodName> for Method {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Get => Self::GET,
            MethodName::Head => Self::HEAD,
            MethodName::Post => Self::POST,
            MethodName::Put => Self::PUT,
            MethodName::Patch => Self::PATCH,
            MethodName::Delete => Self::DELETE,
            MethodName::Options => Self::OPTIONS,
        }
    }
}
