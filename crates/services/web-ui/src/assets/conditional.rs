use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;

/// Returns `true` if the client already has the content with this entity tag (RFC 9110, 13.1.2).
pub(super) fn has_current_copy(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter();
    let mut tags = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn any_listed_tag_matches() {
        let matches = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(value));
            has_current_copy(&headers, "\"a\"")
        };
        for value in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(matches(value), "{value}");
        }
        for value in ["\"b\"", "a", "", "\"a-br\""] {
            assert!(!matches(value), "{value}");
        }
        assert!(!has_current_copy(&HeaderMap::new(), "\"a\""));
    }
}
