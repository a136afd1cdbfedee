use odd_client::Url;
use odd_web_ui::BasePath;

use crate::failure::Failure;
use crate::settings::client::{known_url, parse_url};
use crate::settings::list::{
    GATEWAY_URL, PTY_URL, READ_MODEL_URL, WEB_BASE_PATH, WEB_FRAME_ANCESTORS,
};
use crate::settings::sources::Sources;
use crate::settings::values::{items, origin, parsed};

/// The settings of the web role.
#[derive(Debug, Clone)]
pub(crate) struct WebSettings {
    pub(crate) base_path: BasePath,
    pub(crate) frame_ancestors: Vec<String>,
    /// The gateway of `serve`; that of `up` is in the same process.
    pub(crate) gateway_url: Url,
    /// The read-model of `serve`.
    pub(crate) read_model_url: Url,
    pub(crate) terminal: TerminalServer,
}

/// Where the terminal server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TerminalServer {
    /// Nothing is configured: in this process, or at its default address.
    Default,
    At(Url),
    Nowhere,
}

impl TerminalServer {
    /// Returns its URL. `own` is that of the terminal server of this process, if it has one.
    pub(crate) fn url(&self, own: Option<Url>) -> Option<Url> {
        match self {
            Self::Default => own.or_else(|| Some(known_url(PTY_URL.default))),
            Self::At(url) => Some(url.clone()),
            Self::Nowhere => None,
        }
    }
}

impl WebSettings {
    /// Reads the settings.
    ///
    /// # Errors
    /// When a setting is malformed; the message names the variable.
    pub(super) fn read(sources: &Sources) -> Result<Self, Failure> {
        let gateway_url = sources.read(&GATEWAY_URL, None, parse_url)?;
        let read_model_url = sources.read(&READ_MODEL_URL, None, parse_url)?;
        let terminal = sources.read(&PTY_URL, None, |text| match text {
            "none" => Ok(TerminalServer::Nowhere),
            text => parse_url(text).map(TerminalServer::At),
        })?;
        Ok(Self {
            base_path: sources
                .read(&WEB_BASE_PATH, None, parsed)?
                .unwrap_or_default(),
            frame_ancestors: items(sources, &WEB_FRAME_ANCESTORS, frame_ancestor)?
                .unwrap_or_default(),
            gateway_url: gateway_url.unwrap_or_else(|| known_url(GATEWAY_URL.default)),
            read_model_url: read_model_url.unwrap_or_else(|| known_url(READ_MODEL_URL.default)),
            terminal: terminal.unwrap_or(TerminalServer::Default),
        })
    }
}

/// The text becomes part of a header that separates items with spaces and semicolons.
fn frame_ancestor(text: &str) -> Result<String, String> {
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || ".-:/[]".contains(c));
    origin(text).and_then(|origin| {
        is_plain
            .then_some(origin)
            .ok_or_else(|| "must be an origin such as https://portal.example".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<WebSettings, String> {
        WebSettings::read(&Sources::of(variables)).map_err(|failure| failure.render(false))
    }

    #[test]
    fn defaults_are_those_of_one_machine() {
        let settings = read(&[]).expect("valid");
        assert_eq!(settings.base_path.as_str(), "/");
        assert_eq!(settings.gateway_url.as_str(), "http://127.0.0.1:3000/");
        assert_eq!(settings.read_model_url.as_str(), "http://127.0.0.1:8080/");
    }

    #[test]
    fn configured_terminal_server_comes_before_that_of_the_process() {
        let own = known_url("http://127.0.0.1:1234");
        let url = |value: Option<&str>, own| {
            let variables: Vec<_> = value
                .map(|value| ("ODD_PTY_URL", value))
                .into_iter()
                .collect();
            let settings = read(&variables).expect("valid");
            settings.terminal.url(own).map(String::from)
        };
        let default = Some("http://127.0.0.1:9000/".to_owned());
        assert_eq!(url(None, None), default);
        assert_eq!(url(None, Some(own.clone())), Some(own.to_string()));
        let configured = Some("http://10.0.0.7:9000/".to_owned());
        assert_eq!(
            url(Some("http://10.0.0.7:9000"), Some(own.clone())),
            configured
        );
        assert_eq!(url(Some("none"), Some(own)), None);
    }

    #[test]
    fn malformed_values_are_refused_with_the_variable() {
        for (name, value) in [
            ("ODD_WEB_BASE_PATH", "observatory"),
            ("ODD_WEB_BASE_PATH", "/api/"),
            ("ODD_WEB_FRAME_ANCESTORS", "*"),
            ("ODD_WEB_FRAME_ANCESTORS", "portal.example"),
            ("ODD_WEB_FRAME_ANCESTORS", "https://a.example; script-src *"),
            ("ODD_PTY_URL", "127.0.0.1:9000"),
        ] {
            let error = read(&[(name, value)]).expect_err(value);
            assert!(error.contains(name), "{error}");
        }
    }
}
