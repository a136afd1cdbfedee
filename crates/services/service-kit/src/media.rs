use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};

use crate::Produces;

/// Returns `true` if the client accepts what the route produces. Without `Accept` it accepts everything
/// (RFC 9110, 12.5.1).
pub(crate) fn is_acceptable(headers: &HeaderMap, produces: Produces) -> bool {
    let produced: &[&str] = match produces {
        Produces::Anything => return true,
        Produces::Json => &["application/json", "application/problem+json"],
        Produces::EventStream => &["text/event-stream"],
    };
    let mut is_absent = true;
    for value in headers.get_all(ACCEPT) {
        is_absent = false;
        let Ok(text) = value.to_str() else { continue };
        if text.split(',').any(|range| range_covers(range, produced)) {
            return true;
        }
    }
    is_absent
}

/// Returns `true` for the `Accept` of a browser that loads a page: it names HTML.
pub(crate) fn prefers_page(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(ACCEPT).iter();
    values.any(|value| {
        let text = value.to_str().unwrap_or_default();
        text.split(',').any(|range| {
            let name = range.split(';').next().unwrap_or_default();
            name.trim().eq_ignore_ascii_case("text/html")
        })
    })
}

fn range_covers(range: &str, produced: &[&str]) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let is_excluded = parts.any(|parameter| {
        parameter
            .split_once('=')
            .is_some_and(|(key, value)| key.eq_ignore_ascii_case("q") && is_zero(value))
    });
    !is_excluded && produced.iter().any(|media| name_covers(name, media))
}

fn name_covers(name: &str, media: &str) -> bool {
    name == "*/*"
        || name.eq_ignore_ascii_case(media)
        || name
            .strip_suffix("/*")
            .zip(media.split_once('/'))
            .is_some_and(|(range, (kind, _))| range.eq_ignore_ascii_case(kind))
}

fn is_zero(weight: &str) -> bool {
    weight
        .trim()
        .parse::<f32>()
        .is_ok_and(|weight| weight == 0.0)
}

/// Returns `true` if the body is declared as `application/json`, with or without parameters.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|name| name.trim().eq_ignore_ascii_case("application/json"))
}

/// Returns the encoding of a body that is not sent as it is.
pub(crate) fn content_encoding(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let names = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let names = names.collect::<Vec<_>>().join(", ");
    let is_plain =
        |name: &str| name.trim().is_empty() || name.trim().eq_ignore_ascii_case("identity");
    (!names.split(',').all(is_plain)).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(text: &str, produces: Produces) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, text.parse().expect("legal"));
        is_acceptable(&headers, produces)
    }

    #[test]
    fn accept_ranges_cover_or_exclude() {
        for good in [
            "*/*",
            "application/*",
            "Application/JSON",
            "text/html, application/json;q=0.5",
            "application/problem+json",
        ] {
            assert!(accepts(good, Produces::Json), "{good}");
        }
        for bad in ["text/html", "application/xml, text/*", "*/*;q=0", ""] {
            assert!(!accepts(bad, Produces::Json), "{bad}");
        }
        assert!(is_acceptable(&HeaderMap::new(), Produces::Json));
        assert!(accepts("text/event-stream", Produces::EventStream));
        assert!(!accepts("application/json", Produces::EventStream));
        assert!(accepts("image/png", Produces::Anything));
    }
}
