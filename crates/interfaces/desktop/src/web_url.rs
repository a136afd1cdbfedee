use std::fmt;

use url::Url;

/// An `http` or `https` URL: the only kind that is opened in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl(Url);

/// The text is not an `http` or `https` URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a URL that begins with http:// or https://")]
pub struct InvalidWebUrl;

impl WebUrl {
    /// Parses a URL. The result contains only printable ASCII characters.
    ///
    /// # Errors
    /// When the text is not a URL, or has another scheme.
    pub fn parse(text: &str) -> Result<Self, InvalidWebUrl> {
        let url = Url::parse(text).map_err(|_| InvalidWebUrl)?;
        let is_web = matches!(url.scheme(), "http" | "https");
        is_web.then_some(Self(url)).ok_or(InvalidWebUrl)
    }

    /// Returns the URL as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_and_https_are_accepted() {
        for good in ["http://127.0.0.1:3000/docs/", "https://x.example/?a=1#b"] {
            assert_eq!(WebUrl::parse(good).expect("a URL").as_str(), good);
        }
        for bad in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "vscode://x",
            "--version",
            "127.0.0.1:3000",
            "",
        ] {
            assert_eq!(WebUrl::parse(bad), Err(InvalidWebUrl), "{bad}");
        }
    }

    #[test]
    fn text_has_no_spaces_quotes_or_control_characters() {
        let url = WebUrl::parse("https://x/a b\"\u{1b}]0;c\u{7}?q='\u{202e}").expect("a URL");
        let is_plain = |char: char| char.is_ascii_graphic() && char != '"';
        assert!(url.as_str().chars().all(is_plain), "{url}");
    }
}
