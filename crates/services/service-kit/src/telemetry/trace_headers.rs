use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::query_decode::percent_decoded;

/// Headers of every export, such as an API key. Their values are secrets, and debug output does not show them.
#[derive(Debug, Clone, Default)]
pub struct TraceHeaders(HeaderMap);

/// Headers that are not valid. The message tells which, but not its text, which may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "needs items of the form name=value, where the name is a legal header name and the value is visible ASCII or \
     percent-encoded; item {item} is not"
)]
pub struct InvalidHeaders {
    /// Number of the item, from 1.
    pub item: usize,
}

impl TraceHeaders {
    /// Parses headers of the form `name=value`. As in the
    /// [specification](https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables),
    /// values may be percent-encoded.
    ///
    /// # Errors
    /// If an item does not have this form.
    pub fn parse<'a>(items: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidHeaders> {
        let mut headers = HeaderMap::new();
        for (index, item) in items.into_iter().enumerate() {
            let (name, value) = parse(item).ok_or(InvalidHeaders { item: index + 1 })?;
            headers.insert(name, value);
        }
        Ok(Self(headers))
    }

    /// Returns `true` if there are no headers.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) const fn as_map(&self) -> &HeaderMap {
        &self.0
    }
}

fn parse(item: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = item.split_once('=')?;
    let name = name.trim().parse().ok()?;
    let value = percent_decoded(value.trim()).ok()?;
    let mut value = HeaderValue::try_from(value).ok()?;
    // Debug output does not show it.
    value.set_sensitive(true);
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_not_shown() {
        let items = [
            "api-key=a=b",
            " tenant = 7",
            "authorization=Bearer%20marker",
        ];
        let headers = TraceHeaders::parse(items).expect("valid");
        assert_eq!(headers.as_map()["api-key"], "a=b");
        assert_eq!(headers.as_map()["tenant"], "7");
        assert_eq!(headers.as_map()["authorization"], "Bearer marker");
        let shown = format!("{headers:?}");
        assert!(shown.contains("authorization"), "{shown}");
        assert!(!shown.contains("marker"), "{shown}");
    }

    #[test]
    fn invalid_item_is_named_by_its_number() {
        for item in [
            "marker",
            "=marker",
            "a b=marker",
            "a=marker%0A",
            "a=marker%4",
            "ä=marker",
        ] {
            let error = TraceHeaders::parse(["a=1", item]).expect_err(item);
            assert_eq!(error, InvalidHeaders { item: 2 });
            assert!(!error.to_string().contains("marker"), "{error}");
        }
    }
}
