use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use odd_service_kit::{Access, Produces, Route, Routes};
use sha2::{Digest, Sha256};

use crate::assets::{FileAnswer, content_digest};
use crate::security_headers::SecurityHeaders;

/// The page that says what is not running. It is one file, because it is also opened from a disk.
const PAGE: &str = include_str!("../../../../web/offline/index.html");

/// The page, and the policy that allows exactly its own script and style.
#[derive(Debug, Clone)]
pub(crate) struct OfflinePage {
    policy: HeaderValue,
    digest: String,
}

impl OfflinePage {
    pub(crate) fn new(security: &SecurityHeaders) -> Self {
        let (script, style) = (hash_of("script"), hash_of("style"));
        let content = format!(
            "default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; \
             form-action 'none'; connect-src 'self' http://127.0.0.1:* http://localhost:*"
        );
        Self {
            policy: security.policy(&content),
            digest: content_digest(PAGE.as_bytes()),
        }
    }

    /// Returns the route of the page.
    pub(crate) fn routes(self) -> Routes {
        // The page reads its parameters itself.
        let route = Route::get("/offline", Access::Public)
            .any_query()
            .produces(Produces::Anything);
        Routes::new().add(route, get_offline_page).with_state(self)
    }
}

async fn get_offline_page(State(page): State<OfflinePage>, headers: HeaderMap) -> Response {
    let content = Bytes::from_static(PAGE.as_bytes());
    let mut response = FileAnswer::of_page(content, &page.digest).answer(&headers);
    let policy = page.policy.clone();
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// Returns the hash of the only element with this name, as a policy names it (Content Security Policy Level 3, 2.3.1).
fn hash_of(element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let content = PAGE
        .split_once(&open)
        .and_then(|(_, rest)| rest.split_once(&close))
        .map(|(content, _)| content)
        .expect("the page has this element; a test checks that");
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_has_one_script_and_one_style_and_loads_nothing() {
        for element in ["script", "style"] {
            assert_eq!(PAGE.matches(&format!("<{element}")).count(), 1);
            assert!(hash_of(element).starts_with("'sha256-"));
        }
        for reference in ["src=", "<link", "@import", "style=\"", "onclick", "url("] {
            assert!(!PAGE.contains(reference), "{reference}");
        }
    }
}
