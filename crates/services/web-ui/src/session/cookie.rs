use axum::http::header::{COOKIE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::BasePath;

const NAME: &str = "odd_session";

/// The token of a session, as the browser keeps it: in Base64, because a cookie cannot contain every character of a token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SessionCookie {
    token: String,
}

impl SessionCookie {
    /// Creates the cookie of a session with this token.
    pub(crate) fn new(token: String) -> Self {
        Self { token }
    }

    /// Finds the cookie of the session in a request: of several, the first that can be decoded. Browsers send the one with
    /// the longest path first (RFC 6265, 5.4).
    pub(crate) fn find(headers: &HeaderMap) -> Option<Self> {
        let name = name(headers);
        let lines = headers.get_all(COOKIE).iter();
        let lines = lines.filter_map(|value| value.to_str().ok());
        let mut cookies = lines.flat_map(|line| line.split(';')).map(str::trim);
        cookies.find_map(|cookie| {
            let value = cookie.strip_prefix(&name)?.strip_prefix('=')?;
            let token = URL_SAFE_NO_PAD.decode(value).ok()?;
            String::from_utf8(token).ok().map(Self::new)
        })
    }

    /// Returns the token as the value of `Authorization`, unless no header can contain it.
    pub(crate) fn bearer(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.token)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Returns the value of `Set-Cookie` in the answer to a request with these headers. The browser forgets the cookie when
    /// it is closed.
    pub(crate) fn set(
        &self,
        headers: &HeaderMap,
        base_path: &BasePath,
        is_secure: bool,
    ) -> HeaderValue {
        let value = URL_SAFE_NO_PAD.encode(&self.token);
        let more = if is_secure { "; Secure" } else { "" };
        header(headers, &value, base_path, more)
    }

    /// Returns the value of `Set-Cookie` that removes the cookie.
    pub(crate) fn clear(headers: &HeaderMap, base_path: &BasePath) -> HeaderValue {
        header(headers, "", base_path, "; Max-Age=0")
    }
}

fn header(headers: &HeaderMap, value: &str, base_path: &BasePath, more: &str) -> HeaderValue {
    let name = name(headers);
    let text = format!("{name}={value}; Path={base_path}; HttpOnly; SameSite=Strict{more}");
    let mut header = HeaderValue::try_from(text).expect("Base64 and a plain path");
    header.set_sensitive(true);
    header
}

/// Returns the name of the cookie. It contains the port, because browsers send a cookie to every port of a host (RFC 6265,
/// 8.5), where other dashboards may listen.
fn name(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    match authority.and_then(|authority| authority.port_u16()) {
        Some(port) => format!("{NAME}_{port}"),
        None => NAME.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_in(cookies: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::from_str(cookie).expect("legal"));
        }
        SessionCookie::find(&headers).map(|cookie| cookie.token)
    }

    #[test]
    fn token_survives_the_round_trip() {
        let base = BasePath::default();
        for token in ["secret", "a;b=c \"é\"", ""] {
            let set = SessionCookie::new(token.to_owned()).set(&HeaderMap::new(), &base, false);
            let pair = set.to_str().expect("ASCII").split(';').next().expect("one");
            assert_eq!(token_in(&[pair]).as_deref(), Some(token));
        }
    }

    #[test]
    fn cookie_is_found_among_others() {
        let secret = Some("secret".to_owned());
        assert_eq!(token_in(&["a=b; odd_session=c2VjcmV0; c=d"]), secret);
        assert_eq!(token_in(&["a=b", "odd_session=c2VjcmV0"]), secret);
        assert_eq!(token_in(&["odd_session2=c2VjcmV0"]), None);
        assert_eq!(token_in(&["odd_session=***"]), None);
        assert_eq!(token_in(&["odd_session=***; odd_session=c2VjcmV0"]), secret);
        assert_eq!(token_in(&[]), None);
    }

    #[test]
    fn dashboards_on_different_ports_have_different_cookies() {
        let base = BasePath::default();
        let request = |port: u16, cookies: &[HeaderValue]| {
            let mut headers = HeaderMap::new();
            let host = format!("127.0.0.1:{port}").parse().expect("legal");
            headers.insert(HOST, host);
            for cookie in cookies {
                headers.append(COOKIE, cookie.clone());
            }
            headers
        };
        let cookies = [8081, 8181].map(|port| {
            let cookie = SessionCookie::new(format!("secret of {port}"));
            cookie.set(&request(port, &[]), &base, false)
        });
        for port in [8081, 8181] {
            let found = SessionCookie::find(&request(port, &cookies)).map(|cookie| cookie.token);
            assert_eq!(found, Some(format!("secret of {port}")));
        }
    }

    #[test]
    fn token_that_no_header_can_contain_authorizes_nothing() {
        let bearer = |token: &str| SessionCookie::new(token.to_owned()).bearer();
        assert!(bearer("secret").is_some());
        assert!(bearer("a\r\nX-Evil: 1").is_none());
    }

    #[test]
    fn cookie_is_limited_to_the_role() {
        let base = "/odd".parse().expect("a base path");
        let set = SessionCookie::new("secret".to_owned()).set(&HeaderMap::new(), &base, true);
        assert_eq!(
            set,
            "odd_session=c2VjcmV0; Path=/odd/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            SessionCookie::clear(&HeaderMap::new(), &base),
            "odd_session=; Path=/odd/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }
}
