use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'";

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()";

/// Which other sites may load an answer without reading it.
pub(crate) const RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// What an answer of another role may do if a browser shows it as a page: nothing.
pub(crate) const DATA_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

/// The headers with which a browser limits what pages can do, and what other sites can do with them.
#[derive(Debug, Clone)]
pub(crate) struct SecurityHeaders {
    /// Who may show pages in a frame, as a directive of the policy.
    frame_ancestors: String,
    page_policy: HeaderValue,
    /// Whether no page may show pages in a frame.
    is_never_framed: bool,
}

impl SecurityHeaders {
    pub(crate) fn new(frame_ancestors: &[String]) -> Self {
        let is_never_framed = frame_ancestors.is_empty();
        let ancestors = match is_never_framed {
            true => "'none'".to_owned(),
            false => frame_ancestors.join(" "),
        };
        let frame_ancestors = format!("frame-ancestors {ancestors}");
        let policy = format!("{POLICY}; {frame_ancestors}");
        Self {
            page_policy: HeaderValue::try_from(policy).unwrap_or(DATA_POLICY),
            frame_ancestors,
            is_never_framed,
        }
    }

    /// Returns a policy with other rules for the content, and the same rules for frames.
    pub(crate) fn policy(&self, content: &str) -> HeaderValue {
        let policy = format!("{content}; {}", self.frame_ancestors);
        HeaderValue::try_from(policy).unwrap_or(DATA_POLICY)
    }

    /// Adds the headers to a response. Keeps policies that it has.
    pub(crate) fn add(&self, headers: &mut HeaderMap) {
        headers
            .entry(CONTENT_SECURITY_POLICY)
            .or_insert_with(|| self.page_policy.clone());
        if self.is_never_framed {
            headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        for (name, value) in [
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
            (HeaderName::from_static("permissions-policy"), PERMISSIONS),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers
            .entry(RESOURCE_POLICY)
            .or_insert(HeaderValue::from_static("same-origin"));
    }
}
