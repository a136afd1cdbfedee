use axum::http::HeaderMap;
use axum::http::header::ORIGIN;

/// Where a connection was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opener {
    /// By a page of a permitted origin.
    Page,
    /// Not by a browser.
    Program,
    /// By a page of another origin.
    ForeignPage,
}

impl Opener {
    /// Reads the header `Origin`, which every browser sends with a WebSocket. It has to be equal to an allowed origin: an
    /// opaque origin, another port or a longer name is not.
    pub(crate) fn of(headers: &HeaderMap, allowed: &[String]) -> Self {
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(origin) = origins.next() else {
            return Self::Program;
        };
        let is_allowed = |origin: &str| allowed.iter().any(|known| known == origin);
        let is_only = origins.next().is_none();
        match is_only && origin.to_str().is_ok_and(is_allowed) {
            true => Self::Page,
            false => Self::ForeignPage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opener(origins: &[&str]) -> Opener {
        let allowed = ["http://127.0.0.1:8081", "https://good.example"].map(str::to_owned);
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, origin.parse().expect("legal"));
        }
        Opener::of(&headers, &allowed)
    }

    #[test]
    fn only_equal_origins_are_permitted() {
        assert_eq!(opener(&[]), Opener::Program);
        assert_eq!(opener(&["https://good.example"]), Opener::Page);
        for evil in [
            "null",
            "",
            "https://evil.example",
            "https://good.example.evil",
            "https://good.example:444",
            "http://good.example",
            "https://GOOD.example",
            "http://127.0.0.1:80811",
            "http://127.0.0.1:8081/",
        ] {
            assert_eq!(opener(&[evil]), Opener::ForeignPage, "{evil}");
        }
        let twice = ["https://good.example", "https://good.example"];
        assert_eq!(opener(&twice), Opener::ForeignPage);
    }
}
