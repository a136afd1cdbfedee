use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

/// Returns the secret of `Authorization: Bearer`, if the request has one.
pub fn bearer_secret(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| secret.trim_start_matches(' '))
}
