use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use reqwest::{Method, StatusCode, Url};

use super::expect::Expect;
use crate::HandlerError;

/// Headers of the submitter that are also sent to another origin.
const CROSS_ORIGIN_HEADERS: [HeaderName; 4] = [ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, USER_AGENT];

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
    /// When the location is not a URL, or leads from HTTPS to HTTP.
    pub(super) fn redirected(
        mut self,
        status: StatusCode,
        location: &HeaderValue,
    ) -> Result<Self, HandlerError> {
        let from = self.origin();
        let target = location
            .to_str()
            .ok()
            .and_then(|location| self.url.join(location).ok())
            .ok_or_else(|| {
                HandlerError::permanent(format_args!("{from} redirects to an invalid URL"))
            })?;
        if self.url.scheme() == "https" && target.scheme() != "https" {
            return Err(HandlerError::permanent(format_args!(
                "{from} redirects to an unencrypted address; not followed"
            )));
        }
        if becomes_get(status, &self.method) {
            self.method = Method::GET;
            self.body = None;
            self.headers.remove(CONTENT_TYPE);
        }
        if target.origin() != self.url.origin() {
            self.headers = cross_origin(&self.headers);
        }
        self.url = target;
        Ok(self)
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
