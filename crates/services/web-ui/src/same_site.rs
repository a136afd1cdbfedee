use axum::extract::FromRequestParts;
use axum::http::header::UPGRADE;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method};
use odd_service_kit::{ProblemCode, ProblemResponse, is_same_origin};

/// What a browser says about the page that sends a request. Scripts cannot set it.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Extracted from a request that no page of another site has sent: the cookie of a session must not let other sites send
/// commands. Requests that change nothing and open no WebSocket are always accepted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameSite;

impl<S: Sync> FromRequestParts<S> for SameSite {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ProblemResponse> {
        let only_reads = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS)
            && !parts.headers.contains_key(UPGRADE);
        match only_reads || is_own(parts) {
            true => Ok(Self),
            false => Err(ProblemResponse::new(
                ProblemCode::Forbidden,
                "pages of other sites must not send commands to this service",
            )),
        }
    }
}

/// A subdomain or another port is the same site but another origin, so `same-site` is refused.
fn is_own(parts: &Parts) -> bool {
    let mut sites = parts.headers.get_all(SEC_FETCH_SITE).iter();
    match (sites.next(), sites.next()) {
        (None, _) => is_same_origin(parts),
        (Some(site), None) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        (Some(_), Some(_)) => false,
    }
}
