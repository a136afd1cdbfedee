use std::path::{Path, PathBuf};
use std::time::Duration;

use odd_client::{Client, ClientConfig, Token, Url, is_loopback};

use crate::failure::Failure;
use crate::settings::Sources;
use crate::settings::list::{GATEWAY_URL, READ_MODEL_URL, TOKEN, TOKEN_FILE, WEB_URL};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The options of the command line that locate an observatory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endpoints {
    pub(crate) gateway_url: Option<Url>,
    pub(crate) read_model_url: Option<Url>,
    pub(crate) token_file: Option<PathBuf>,
}

/// The URLs and the token that commands use.
#[derive(Debug, Clone)]
pub(crate) struct ClientSettings {
    pub(crate) gateway_url: Url,
    pub(crate) read_model_url: Url,
    pub(crate) token: Option<Token>,
}

impl ClientSettings {
    pub(crate) fn read(sources: &Sources, flags: Endpoints) -> Result<Self, Failure> {
        let gateway_url = sources.read(&GATEWAY_URL, flags.gateway_url, parse_url)?;
        let read_model_url = sources.read(&READ_MODEL_URL, flags.read_model_url, parse_url)?;
        Ok(Self {
            gateway_url: gateway_url.unwrap_or_else(|| known_url(GATEWAY_URL.default)),
            read_model_url: read_model_url.unwrap_or_else(|| known_url(READ_MODEL_URL.default)),
            token: read_token(sources, flags.token_file)?,
        })
    }

    pub(crate) fn connect(self) -> Result<Client, Failure> {
        self.connect_within(REQUEST_TIMEOUT)
    }

    /// Creates a client that waits this long for an answer.
    pub(crate) fn connect_within(self, request_timeout: Duration) -> Result<Client, Failure> {
        Ok(Client::new(
            self.client_config(CONNECT_TIMEOUT, request_timeout),
        )?)
    }

    /// Returns the configuration of a client with these time limits.
    pub(crate) fn client_config(self, connect: Duration, request: Duration) -> ClientConfig {
        ClientConfig {
            gateway_url: self.gateway_url,
            read_model_url: self.read_model_url,
            token: self.token,
            connect_timeout: connect,
            request_timeout: request,
        }
    }
}

/// # Errors
/// When the text is not a base URL.
pub(crate) fn parse_url(text: &str) -> Result<Url, String> {
    let expected = "must be a URL such as http://127.0.0.1:3000, without user, query or fragment";
    let url = Url::parse(text).map_err(|_| expected.to_owned())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    plain.then_some(url).ok_or_else(|| expected.to_owned())
}

/// Returns the URL of the web dashboard; `None` if it is not set and the read-model is on another machine.
///
/// # Errors
/// When the setting is not a base URL.
pub(crate) fn web_url(sources: &Sources, read_model: &Url) -> Result<Option<Url>, Failure> {
    let configured = sources.read(&WEB_URL, None, parse_url)?;
    Ok(configured.or_else(|| local_web_url(read_model)))
}

/// Returns the URL of the web dashboard of an observatory on this machine.
pub(crate) fn local_web_url(read_model: &Url) -> Option<Url> {
    is_loopback(read_model).then(|| known_url("http://127.0.0.1:8081"))
}

/// Parses the default of a setting.
pub(super) fn known_url(text: &str) -> Url {
    parse_url(text).expect("defaults are URLs")
}

fn read_token(sources: &Sources, file: Option<PathBuf>) -> Result<Option<Token>, Failure> {
    let path = match (file, sources.find_first(&[&TOKEN, &TOKEN_FILE])) {
        (Some(path), _) => path,
        (None, Some((setting, found))) if setting.env == TOKEN.env => {
            return Ok(Some(Token::new(found.value)));
        }
        (None, Some((_, found))) => PathBuf::from(found.value),
        (None, None) => return Ok(None),
    };
    read_token_file(&path).map(Some)
}

/// # Errors
/// When the file cannot be read.
pub(crate) fn read_token_file(path: &Path) -> Result<Token, Failure> {
    let secret = std::fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("cannot read the token file {}", path.display())).cause(error)
    })?;
    Ok(Token::new(secret.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_url_is_only_assumed_on_this_machine() {
        let url = |variables: &[(&str, &str)], read_model: &str| {
            let read_model = parse_url(read_model).expect("a URL");
            let url = web_url(&Sources::of(variables), &read_model).expect("valid");
            url.map(|url| url.to_string())
        };
        let local = Some("http://127.0.0.1:8081/".to_owned());
        assert_eq!(url(&[], "http://localhost:8080"), local);
        assert_eq!(url(&[], "http://[::1]:8080"), local);
        assert_eq!(url(&[], "https://jobs.example"), None);
        let set = [("ODD_WEB_URL", "https://jobs.example/web")];
        let expected = Some("https://jobs.example/web".to_owned());
        assert_eq!(url(&set, "https://jobs.example/api"), expected);
    }

    #[test]
    fn urls_carry_no_secrets() {
        assert!(parse_url("http://127.0.0.1:3000/prefix").is_ok());
        for bad in [
            "127.0.0.1:3000",
            "ftp://x",
            "http://u:p@x",
            "http://x?a=1",
            "",
        ] {
            assert!(parse_url(bad).is_err(), "{bad}");
        }
    }
}
