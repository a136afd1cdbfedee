use std::net::IpAddr;

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CONNECTION,
    CONTENT_LENGTH, CONTENT_SECURITY_POLICY, COOKIE, EXPECT, FORWARDED, HOST, LOCATION, ORIGIN,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, REFERER, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use odd_contracts::CorrelationId;
use odd_service_kit::CORRELATION_ID_HEADER;

use crate::security_headers::DATA_POLICY;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Headers that describe one connection (RFC 9110, 7.6.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Headers of a request that concern only this role: its name, its cookies, the page that sent the request, and the length,
/// which the client computes from the body.
const OF_THE_REQUEST: [HeaderName; 15] = [
    HOST,
    COOKIE,
    ORIGIN,
    REFERER,
    EXPECT,
    CONTENT_LENGTH,
    FORWARDED,
    HeaderName::from_static("sec-fetch-site"),
    HeaderName::from_static("sec-fetch-mode"),
    HeaderName::from_static("sec-fetch-dest"),
    HeaderName::from_static("sec-fetch-user"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-real-ip"),
];

/// Headers of a response with which the upstream would act for this role.
const OF_THE_RESPONSE: [HeaderName; 8] = [
    SET_COOKIE,
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
    CONTENT_SECURITY_POLICY,
];

/// Changes the headers of a client into those of the request to the upstream.
pub(super) fn prepare_request(
    headers: &mut HeaderMap,
    correlation_id: CorrelationId,
    peer: Option<IpAddr>,
) {
    remove_hop_by_hop(headers);
    for name in &OF_THE_REQUEST {
        headers.remove(name);
    }
    let correlation_id = HeaderValue::try_from(correlation_id.to_string());
    headers.insert(CORRELATION_ID_HEADER, correlation_id.expect("a UUID"));
    if let Some(peer) = peer {
        add_client(headers, peer.to_canonical());
    }
}

/// Changes the headers of the upstream into those of the response to the client. `prefix` is the path below which the client
/// sees the upstream.
pub(super) fn prepare_response(headers: &mut HeaderMap, prefix: &str) {
    remove_hop_by_hop(headers);
    for name in &OF_THE_RESPONSE {
        headers.remove(name);
    }
    headers.insert(CONTENT_SECURITY_POLICY, DATA_POLICY);
    if let Some(location) = headers.get(LOCATION).and_then(|value| moved(value, prefix)) {
        headers.insert(LOCATION, location);
    }
}

/// Returns a location of the upstream as the client sees it. One on another host is unchanged.
fn moved(location: &HeaderValue, prefix: &str) -> Option<HeaderValue> {
    let path = location.to_str().ok()?.strip_prefix('/')?;
    (!path.starts_with('/'))
        .then(|| HeaderValue::try_from(format!("{prefix}{path}")).ok())
        .flatten()
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.iter().chain(&named) {
        headers.remove(name);
    }
}

/// Appends the address of the client to those that proxies before this role have named.
fn add_client(headers: &mut HeaderMap, client: IpAddr) {
    let before = headers.get_all(FORWARDED_FOR).iter();
    let mut all: Vec<&str> = before.filter_map(|value| value.to_str().ok()).collect();
    let client = client.to_string();
    all.push(&client);
    let all = HeaderValue::try_from(all.join(", ")).expect("lines of a header and an address");
    headers.insert(FORWARDED_FOR, all);
}

#[cfg(test)]
mod tests {
    use axum::http::header::{ACCEPT, AUTHORIZATION};
    use uuid::Uuid;

    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, value.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn request_keeps_what_concerns_the_upstream() {
        let mut request = headers(&[
            ("accept", "application/json"),
            ("authorization", "Bearer x"),
            ("cookie", "odd_session=x"),
            ("origin", "http://localhost:8081"),
            ("connection", "close, X-Secret"),
            ("x-secret", "1"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-host", "evil.example"),
            ("x-correlation-id", "not a UUID"),
        ]);
        let peer = "::ffff:192.0.2.7".parse().ok();
        prepare_request(&mut request, CorrelationId(Uuid::nil()), peer);
        let mut names: Vec<_> = request.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                ACCEPT.as_str(),
                AUTHORIZATION.as_str(),
                "x-correlation-id",
                "x-forwarded-for"
            ]
        );
        assert_eq!(request[FORWARDED_FOR], "203.0.113.9, 192.0.2.7");
        assert_eq!(request[CORRELATION_ID_HEADER], Uuid::nil().to_string());
    }

    #[test]
    fn response_cannot_act_for_the_role() {
        let mut response = headers(&[
            ("content-type", "text/html"),
            ("set-cookie", "odd_session=stolen"),
            ("access-control-allow-origin", "*"),
            ("content-security-policy", "script-src *"),
            ("connection", "keep-alive"),
            ("keep-alive", "timeout=5"),
        ]);
        prepare_response(&mut response, "/api/gateway/");
        assert_eq!(response.len(), 2);
        assert_eq!(response[CONTENT_SECURITY_POLICY], DATA_POLICY);
    }

    #[test]
    fn locations_stay_below_the_prefix() {
        for (location, expected) in [
            ("/jobs/7", "/odd/api/gateway/jobs/7"),
            ("/docs/", "/odd/api/gateway/docs/"),
            ("//evil.example/", "//evil.example/"),
            ("https://elsewhere.example/", "https://elsewhere.example/"),
        ] {
            let mut response = headers(&[("location", location)]);
            prepare_response(&mut response, "/odd/api/gateway/");
            assert_eq!(response[LOCATION], expected);
        }
    }
}
