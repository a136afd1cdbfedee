use std::fmt;
use std::str::FromStr;

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// First segments of the role's own routes: with one of them as base path, a request would have two meanings.
const RESERVED: [&str; 9] = [
    "api", "assets", "docs", "drills", "healthz", "metrics", "offline", "readyz", "session",
];

/// The path under which browsers see the role, such as `/` or `/observatory/`.
///
/// ```
/// # use odd_web_ui::BasePath;
/// let base: BasePath = "/observatory".parse()?;
/// assert_eq!(base.as_str(), "/observatory/");
/// # Ok::<(), odd_web_ui::InvalidBasePath>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasePath(String);

/// The text is not a base path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a path such as / or /observatory/, of letters, digits, '.', '_', '~' and '-', and not begin with a route of \
     the role"
)]
pub struct InvalidBasePath;

impl BasePath {
    /// Returns the path, which begins and ends with a slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Removes the base path from the target of a request. A proxy in front may have removed it already, so requests
    /// without it are unchanged.
    pub(crate) fn strip(&self, request: &mut Request) {
        let Some(target) = self.stripped(request.uri()) else {
            return;
        };
        let mut parts = std::mem::take(request.uri_mut()).into_parts();
        parts.path_and_query = Some(target);
        *request.uri_mut() = Uri::from_parts(parts).expect("only the path has changed");
    }

    fn stripped(&self, uri: &Uri) -> Option<PathAndQuery> {
        let target = uri.path_and_query()?.as_str();
        let prefix = self
            .0
            .strip_suffix('/')
            .filter(|prefix| !prefix.is_empty())?;
        let rest = target.strip_prefix(prefix)?;
        match rest.as_bytes().first() {
            None => Some(PathAndQuery::from_static("/")),
            Some(b'/') => rest.parse().ok(),
            Some(b'?') => format!("/{rest}").parse().ok(),
            Some(_) => None,
        }
    }
}

impl Default for BasePath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for BasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BasePath {
    type Err = InvalidBasePath;

    fn from_str(text: &str) -> Result<Self, InvalidBasePath> {
        if text == "/" {
            return Ok(Self::default());
        }
        let inner = text.strip_prefix('/').ok_or(InvalidBasePath)?;
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
        let mut segments = inner.split('/');
        let is_valid = segments
            .all(|segment| !matches!(segment, "" | "." | "..") && segment.chars().all(is_plain));
        let first = inner.split('/').next().unwrap_or_default();
        match is_valid && !RESERVED.contains(&first) {
            true => Ok(Self(format!("/{inner}/"))),
            false => Err(InvalidBasePath),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(base: &str, target: &str) -> String {
        let base: BasePath = base.parse().expect("valid");
        let mut request = Request::new(axum::body::Body::empty());
        *request.uri_mut() = target.parse().expect("a target");
        base.strip(&mut request);
        request.uri().to_string()
    }

    #[test]
    fn paths_of_plain_segments_are_valid() {
        for (text, expected) in [
            ("/", "/"),
            ("/odd", "/odd/"),
            ("/odd/", "/odd/"),
            ("/tools/odd-1.0", "/tools/odd-1.0/"),
        ] {
            let base: BasePath = text.parse().expect(text);
            assert_eq!(base.as_str(), expected);
        }
        for text in [
            "",
            "odd",
            "//",
            "/a//b",
            "/../x",
            "/a b",
            "/a?b",
            "/<x>",
            "/api",
            "/api/x",
            "/session/",
            "/a%20b",
        ] {
            assert!(text.parse::<BasePath>().is_err(), "{text}");
        }
    }

    #[test]
    fn base_path_is_removed_where_it_is_a_whole_prefix() {
        for (target, expected) in [
            ("/odd", "/"),
            ("/odd?x=1", "/?x=1"),
            ("/odd/", "/"),
            ("/odd/jobs/7?a=b", "/jobs/7?a=b"),
            ("/oddities", "/oddities"),
            ("/jobs", "/jobs"),
            ("/", "/"),
            ("http://host/odd/jobs", "http://host/jobs"),
        ] {
            assert_eq!(stripped("/odd", target), expected, "{target}");
        }
        assert_eq!(stripped("/", "/odd/jobs"), "/odd/jobs");
    }
}
