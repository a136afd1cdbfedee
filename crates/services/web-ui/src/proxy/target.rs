use odd_service_kit::{ProblemCode, ProblemResponse};
use percent_encoding::percent_decode_str;
use reqwest::Url;

/// Returns the URL of the upstream for a request to `path`, which is as the client sent it, below the prefix.
///
/// # Errors
/// If the path could leave the base URL, or means different things to different programs: with segments `.` and `..`, empty
/// segments, and slashes or backslashes in encoded form.
pub(super) fn target(base: &Url, path: &str, query: Option<&str>) -> Result<Url, ProblemResponse> {
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if !is_plain(segment) || (segment.is_empty() && !is_last) {
            return Err(ambiguous_path());
        }
    }
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path()));
    url.set_query(query);
    // The parser of URLs must have found nothing in the path that it resolves.
    match url.path().starts_with(base.path()) && url.host() == base.host() {
        true => Ok(url),
        false => Err(ambiguous_path()),
    }
}

fn is_plain(segment: &str) -> bool {
    let decoded: Vec<u8> = percent_decode_str(segment).collect();
    let has_separator = decoded.iter().any(|byte| matches!(byte, b'/' | b'\\'));
    !has_separator && decoded != b"." && decoded != b".."
}

fn ambiguous_path() -> ProblemResponse {
    ProblemResponse::new(
        ProblemCode::BadRequest,
        "the path must not contain empty segments, '.', '..', or slashes within a segment",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(base: &str, path: &str, query: Option<&str>) -> Option<String> {
        let base = Url::parse(base).expect("a URL");
        target(&base, path, query).ok().map(String::from)
    }

    #[test]
    fn paths_and_queries_are_kept() {
        let base = "http://127.0.0.1:3000/";
        for (path, query, expected) in [
            ("jobs", None, "http://127.0.0.1:3000/jobs"),
            ("docs/", None, "http://127.0.0.1:3000/docs/"),
            (
                "jobs",
                Some("q=a%2Fb&status=FAILED&x=.."),
                "http://127.0.0.1:3000/jobs?q=a%2Fb&status=FAILED&x=..",
            ),
            (
                "types/a.b%20c/%C3%A9",
                None,
                "http://127.0.0.1:3000/types/a.b%20c/%C3%A9",
            ),
            ("...", None, "http://127.0.0.1:3000/..."),
        ] {
            assert_eq!(
                found(base, path, query).as_deref(),
                Some(expected),
                "{path}"
            );
        }
        let below = found("http://host/prefix/", "jobs/7", None);
        assert_eq!(below.as_deref(), Some("http://host/prefix/jobs/7"));
    }

    #[test]
    fn ambiguous_paths_are_refused() {
        for path in [
            "..",
            "../admin",
            "jobs/../../admin",
            "jobs/./7",
            "%2e%2e/admin",
            "jobs/.%2E/admin",
            "jobs%2Fadmin",
            "jobs%5Cadmin",
            "jobs\\admin",
            "%2F%2Fevil.example/",
            "/evil.example/",
            "jobs//7",
        ] {
            assert_eq!(found("http://host/prefix/", path, None), None, "{path}");
        }
    }
}
