use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{Method, request::Parts};

use crate::{HttpConfig, ProblemCode, ProblemResponse};

/// Protects against web pages of other sites: against DNS rebinding with the `Host` header, and against forged requests
/// with the `Origin` header.
#[derive(Debug)]
pub(crate) struct OriginPolicy {
    allowed_origins: Vec<String>,
    /// If absent, every host is allowed.
    allowed_hosts: Option<Vec<String>>,
}

impl OriginPolicy {
    pub(crate) fn new(config: &HttpConfig) -> Self {
        let any_host = config.any_host || config.tokens.is_some();
        Self {
            allowed_origins: config.allowed_origins.clone(),
            allowed_hosts: (!any_host).then(|| config.allowed_hosts.clone()),
        }
    }

    pub(crate) fn check(&self, request: &Parts) -> Result<(), ProblemResponse> {
        let host = host(request)?;
        if !self.allows_host(&host) {
            let name = host.host();
            return Err(ProblemResponse::new(
                ProblemCode::Forbidden,
                format!(
                    "{name:?} in the Host header is not a name of this service; use localhost or an IP address, or add \
                     the name to the setting ODD_ALLOWED_HOSTS of the service"
                ),
            ));
        }
        if is_safe(&request.method) || self.allows_origin(request, &host) {
            return Ok(());
        }
        Err(ProblemResponse::new(
            ProblemCode::Forbidden,
            "web pages of this origin must not send commands to this service",
        ))
    }

    /// A rebound DNS name always appears as a name in the header; an IP address cannot be rebound.
    fn allows_host(&self, host: &Authority) -> bool {
        let Some(allowed) = &self.allowed_hosts else {
            return true;
        };
        let name = host.host().trim_end_matches('.');
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<Ipv4Addr>().is_ok()
            || bare.parse::<Ipv6Addr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || allowed.iter().any(|host| host.eq_ignore_ascii_case(name))
    }

    fn allows_origin(&self, request: &Parts, host: &Authority) -> bool {
        let mut origins = request.headers.get_all(ORIGIN).iter();
        let Some(origin) = origins.next() else {
            return true;
        };
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        let is_only = origins.next().is_none();
        is_only
            && (is_origin_of(host, origin)
                || self.allowed_origins.iter().any(|allowed| allowed == origin))
    }
}

/// Returns `true` if a request was not sent by a web page of another origin, as far as its `Origin` header tells: it has
/// none, or exactly one that is the origin of this service.
pub fn is_same_origin(request: &Parts) -> bool {
    let mut origins = request.headers.get_all(ORIGIN).iter();
    let Some(origin) = origins.next() else {
        return true;
    };
    let is_own = match (origin.to_str(), host(request)) {
        (Ok(origin), Ok(host)) => is_origin_of(&host, origin),
        _ => false,
    };
    is_own && origins.next().is_none()
}

/// The scheme is not compared: a proxy in front may add TLS.
fn is_origin_of(host: &Authority, origin: &str) -> bool {
    origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))
        .is_some_and(|authority| authority.eq_ignore_ascii_case(host.as_str()))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Returns the value of exactly one valid `Host`, or the authority of an absolute target (RFC 9112, 3.2).
fn host(request: &Parts) -> Result<Authority, ProblemResponse> {
    let bad = || {
        ProblemResponse::new(
            ProblemCode::BadRequest,
            "exactly one valid Host header is required",
        )
    };
    let mut values = request.headers.get_all(HOST).iter();
    let header = match (values.next(), values.next()) {
        (Some(value), None) => Some(Authority::try_from(value.as_bytes()).map_err(|_| bad())?),
        (None, _) => None,
        (Some(_), Some(_)) => return Err(bad()),
    };
    request.uri.authority().cloned().or(header).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn verdict(method: &str, host: &str, origin: Option<&str>) -> Result<(), ProblemCode> {
        let policy = OriginPolicy::new(&HttpConfig {
            allowed_origins: vec!["http://localhost:5173".into()],
            allowed_hosts: vec!["observatory.test".into()],
            ..HttpConfig::default()
        });
        let mut request = Request::builder().method(method).header(HOST, host);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let (parts, ()) = request.body(()).expect("legal").into_parts();
        policy.check(&parts).map_err(|problem| problem.code())
    }

    #[test]
    fn only_known_hosts_are_allowed() {
        for host in [
            "localhost:3000",
            "LOCALHOST",
            "127.0.0.1:3000",
            "[::1]:3000",
            "observatory.test",
        ] {
            assert_eq!(verdict("GET", host, None), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
        ] {
            assert_eq!(
                verdict("GET", host, None),
                Err(ProblemCode::Forbidden),
                "{host}"
            );
        }
        assert_eq!(verdict("GET", "", None), Err(ProblemCode::BadRequest));
    }

    #[test]
    fn only_known_origins_may_send_commands() {
        let host = "localhost:3000";
        for origin in [
            None,
            Some("http://localhost:3000"),
            Some("http://localhost:5173"),
        ] {
            assert_eq!(verdict("POST", host, origin), Ok(()), "{origin:?}");
        }
        for origin in [
            "null",
            "http://evil.example",
            "http://localhost:5174",
            "http://localhost:3000.evil.example",
        ] {
            assert_eq!(
                verdict("POST", host, Some(origin)),
                Err(ProblemCode::Forbidden),
                "{origin}"
            );
            assert_eq!(verdict("GET", host, Some(origin)), Ok(()), "{origin}");
        }
    }

    #[test]
    fn same_origin_is_none_or_exactly_the_own_one() {
        let is_same = |origins: &[&str]| {
            let mut request = Request::get("/").header(HOST, "localhost:8081");
            for origin in origins {
                request = request.header(ORIGIN, *origin);
            }
            let (parts, ()) = request.body(()).expect("legal").into_parts();
            is_same_origin(&parts)
        };
        assert!(is_same(&[]));
        assert!(is_same(&["http://localhost:8081"]));
        assert!(is_same(&["https://LOCALHOST:8081"]));
        for foreign in [
            "null",
            "http://localhost:3000",
            "http://localhost:8081.evil.example",
            "localhost:8081",
        ] {
            assert!(!is_same(&[foreign]), "{foreign}");
            assert!(!is_same(&["http://localhost:8081", foreign]), "{foreign}");
        }
    }
}
