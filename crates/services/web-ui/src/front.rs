use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tower::ServiceBuilder;

use crate::BasePath;
use crate::security_headers::{RESOURCE_POLICY, SecurityHeaders};
use crate::session::SessionCookie;

/// The route that says that the role runs. The offline page asks it, also from a disk.
const HEALTH: &str = "/healthz";

/// What happens to every request before it is routed, and to every response.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) base_path: BasePath,
    pub(crate) security: SecurityHeaders,
}

impl Front {
    /// Puts the front before a router. Requests have to pass it before they are routed, because it changes their paths.
    pub(crate) fn before(self, router: Router) -> Router {
        let layer = from_fn_with_state(Arc::new(self), pass);
        Router::new().fallback_service(ServiceBuilder::new().layer(layer).service(router))
    }
}

async fn pass(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    front.base_path.strip(&mut request);
    authorize(request.headers_mut());
    let is_health = request.uri().path() == HEALTH;
    let mut response = next.run(request).await;
    if is_health {
        let anyone = HeaderValue::from_static("cross-origin");
        response.headers_mut().insert(RESOURCE_POLICY, anyone);
    }
    front.security.add(response.headers_mut());
    response
}

/// Replaces the cookie of the session by the token that it contains, unless the request has a token of its own. No cookie
/// reaches a handler.
fn authorize(headers: &mut HeaderMap) {
    if !headers.contains_key(AUTHORIZATION)
        && let Some(bearer) = SessionCookie::find(headers).and_then(|cookie| cookie.bearer())
    {
        headers.insert(AUTHORIZATION, bearer);
    }
    headers.remove(COOKIE);
}
