use std::time::Duration;

use odd_contracts::TraceContext;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE,
    HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use reqwest::{Method, StatusCode, Url};

use super::expect::Expect;
use crate::HandlerError;
use crate::text::bounded;

pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(super) const TRACEPARENT: HeaderName = HeaderName::from_static(TraceContext::HEADER);

/// Headers that are also sent to another origin. All others may be credentials.
const CROSS_ORIGIN_HEADERS: [HeaderName; 9] = [
    ACCEPT,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_TYPE,
    IDEMPOTENCY_KEY,
    TRACEPARENT,
    USER_AGENT,
];

/// Headers that describe the body.
const BODY_HEADERS: [HeaderName; 3] = [CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE];

/// A request, from a payload or a redirect.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    pub(super) expect: Expect,
    pub(super) timeout: Option<Duration>,
}

impl Request {
    /// Returns scheme, host and port. Messages contain neither path nor query, which may hold secrets.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Returns the request that follows a redirect (RFC 9110, section 15.4). The caller must check its URL.
    ///
    /// # Errors
    /// When the location is not a URL with http or https, or leads from HTTPS to HTTP.
    pub(super) fn redirected(
        mut self,
        status: StatusCode,
        location: &HeaderValue,
    ) -> Result<Self, HandlerError> {
        let target = self.target(location).map_err(|reason| {
            HandlerError::permanent(format_args!(
                "{} answered {status} and redirects {reason}; change the url of the job, or expect the status {} to get the redirect as result",
                self.origin(),
                status.as_u16(),
            ))
        })?;
        if becomes_get(status, &self.method) {
            self.method = Method::GET;
            self.body = None;
            for name in &BODY_HEADERS {
                self.headers.remove(name);
            }
        }
        if target.origin() != self.url.origin() {
            self.headers = cross_origin(&self.headers);
        }
        self.url = target;
        Ok(self)
    }

    /// Returns where a redirect leads, or why it is not followed. Of the location, the text contains only the scheme.
    fn target(&self, location: &HeaderValue) -> Result<Url, String> {
        let location = std::str::from_utf8(location.as_bytes())
            .map_err(|_| "to an address that is not UTF-8".to_owned())?;
        let target = self
            .url
            .join(location)
            .map_err(|error| format!("to an address that is not a URL ({error})"))?;
        match (self.url.scheme(), target.scheme()) {
            ("https", "http") => Err(
                "from https to http, which is not followed: the request would be sent unencrypted"
                    .to_owned(),
            ),
            (_, "http" | "https") => Ok(target),
            (_, scheme) => Err(format!(
                "to a {}: URL, which is not followed: only http and https are",
                bounded(scheme.to_owned(), 20)
            )),
        }
    }
}

fn becomes_get(status: StatusCode, method: &Method) -> bool {
    match status {
        StatusCode::SEE_OTHER => *method != Method::HEAD,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => *method == Method::POST,
        _ => false,
    }
}

fn cross_origin(headers: &HeaderMap) -> HeaderMap {
    headers
        .iter()
        .filter(|(name, _)| CROSS_ORIGIN_HEADERS.contains(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use reqwest::header::AUTHORIZATION;

    use super::*;

    fn post(url: &str) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("secret"));
        headers.insert(ACCEPT, HeaderValue::from_static("text/plain"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        Request {
            method: Method::POST,
            url: url.parse().expect("a URL"),
            headers,
            body: Some(b"text".to_vec()),
            expect: Expect::default(),
            timeout: None,
        }
    }

    fn redirected(url: &str, status: StatusCode, location: &'static str) -> Request {
        post(url)
            .redirected(status, &HeaderValue::from_static(location))
            .expect("followed")
    }

    #[test]
    fn secrets_are_not_sent_to_another_origin() {
        let near = redirected("http://a.example/x", StatusCode::PERMANENT_REDIRECT, "/y");
        assert_eq!(near.url.as_str(), "http://a.example/y");
        assert!(near.headers.contains_key(AUTHORIZATION));
        for location in [
            "http://b.example/",
            "https://a.example/",
            "http://a.example:8080/",
        ] {
            let far = redirected(
                "http://a.example/x",
                StatusCode::PERMANENT_REDIRECT,
                location,
            );
            assert!(!far.headers.contains_key(AUTHORIZATION), "{location}");
            assert!(far.headers.contains_key(ACCEPT));
        }
    }

    #[test]
    fn key_and_trace_are_sent_on_every_hop() {
        let mut request = post("http://a.example/x");
        for name in [IDEMPOTENCY_KEY, TRACEPARENT] {
            request.headers.insert(name, HeaderValue::from_static("x"));
        }
        for (status, location) in [
            (StatusCode::TEMPORARY_REDIRECT, "http://b.example/"),
            (StatusCode::SEE_OTHER, "/done"),
            (StatusCode::FOUND, "https://a.example/"),
        ] {
            request = request
                .redirected(status, &HeaderValue::from_static(location))
                .expect("followed");
            assert!(request.headers.contains_key(IDEMPOTENCY_KEY), "{location}");
            assert!(request.headers.contains_key(TRACEPARENT), "{location}");
            assert!(!request.headers.contains_key(AUTHORIZATION), "{location}");
        }
    }

    #[test]
    fn redirects_that_are_not_followed_are_explained() {
        for (location, reason) in [
            (
                "file:///etc/passwd",
                "to a file: URL, which is not followed",
            ),
            ("data:text/html,x", "to a data: URL"),
            ("javascript:alert(1)", "to a javascript: URL"),
            ("ftp://a.example/", "to a ftp: URL"),
            ("http://", "to an address that is not a URL"),
            ("http://a.example:99999/", "to an address that is not a URL"),
        ] {
            let error = post("http://a.example/x")
                .redirected(StatusCode::FOUND, &HeaderValue::from_static(location))
                .err()
                .expect(location)
                .to_string();
            assert!(
                error.starts_with("http://a.example answered 302 Found"),
                "{error}"
            );
            assert!(
                error.contains(reason) && error.contains("change the url"),
                "{error}"
            );
            assert!(
                !error.contains("null") && !error.contains("passwd"),
                "{error}"
            );
        }
    }

    #[test]
    fn see_other_is_followed_by_get_without_body() {
        let next = redirected("http://a.example/", StatusCode::SEE_OTHER, "/done");
        assert_eq!((next.method, next.body), (Method::GET, None));
        assert!(!next.headers.contains_key(CONTENT_TYPE));
        let next = redirected(
            "http://a.example/",
            StatusCode::TEMPORARY_REDIRECT,
            "/again",
        );
        assert_eq!(next.method, Method::POST);
        assert!(next.body.is_some());
    }

    #[test]
    fn redirects_from_https_to_http_are_refused() {
        let location = HeaderValue::from_static("http://a.example/");
        assert!(
            post("https://a.example/")
                .redirected(StatusCode::FOUND, &location)
                .is_err()
        );
    }
}
