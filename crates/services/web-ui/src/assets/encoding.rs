use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;

/// The encoding of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// Returns the encodings that the client accepts, the shortest first. `identity` is always accepted: a client that
    /// excludes it gets a response that it may not understand, instead of none (RFC 9110, 12.5.3).
    pub(super) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Self> {
        let values = headers.get_all(ACCEPT_ENCODING).iter();
        let lines: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        let accepts = |name: &str| {
            let weight = |coding: &str| {
                let mut items = lines.iter().flat_map(|line| line.split(','));
                items.find_map(|item| weight_of(item, coding))
            };
            weight(name)
                .or_else(|| weight("*"))
                .is_some_and(|q| q > 0.0)
        };
        let brotli = accepts("br").then_some(Self::Brotli);
        let gzip = accepts("gzip").then_some(Self::Gzip);
        brotli.into_iter().chain(gzip).chain([Self::Identity])
    }

    /// Returns the value of `Content-Encoding`, if there is one.
    pub(super) const fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// Returns the weight of an item of `Accept-Encoding`, if it names this encoding.
fn weight_of(item: &str, name: &str) -> Option<f32> {
    let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
    if !coding.trim().eq_ignore_ascii_case(name) {
        return None;
    }
    let weight = parameters.trim().strip_prefix("q=");
    Some(weight.map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_shortest_accepted_encoding_comes_first() {
        let first = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
            Encoding::accepted(&headers).next()
        };
        assert_eq!(first("gzip, deflate, br, zstd"), Some(Encoding::Brotli));
        assert_eq!(first("gzip, deflate"), Some(Encoding::Gzip));
        assert_eq!(first("br;q=0, GZIP;q=0.5"), Some(Encoding::Gzip));
        assert_eq!(first("*"), Some(Encoding::Brotli));
        assert_eq!(first("*;q=0, gzip"), Some(Encoding::Gzip));
        assert_eq!(first("br;q=wrong"), Some(Encoding::Identity));
        assert_eq!(first(""), Some(Encoding::Identity));
        assert_eq!(
            Encoding::accepted(&HeaderMap::new()).next(),
            Some(Encoding::Identity)
        );
    }
}
