//! The servers of a running deployment as `gate` and `drill` query them.

mod until;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use odd_client::{Token, Url};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(in crate::commands) use self::until::until;
use crate::failure::Failure;
use crate::settings::ClientSettings;

const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// Longer bodies are not read.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Largest number of recorded requests; each replaces an earlier one with the same method and URL.
const MAX_EXCHANGES: usize = 2_000;

/// The servers of a deployment.
pub(in crate::commands) struct Deployment {
    http: reqwest::Client,
    pub(in crate::commands) gateway: Url,
    pub(in crate::commands) read_model: Url,
    /// Sent to the roles only.
    token: Option<Token>,
    pub(in crate::commands) prometheus: Option<Url>,
    pub(in crate::commands) alertmanager: Option<Url>,
    pub(in crate::commands) grafana: Option<Url>,
    /// The last answer to each request, if they are recorded.
    exchanges: Option<Mutex<BTreeMap<String, Answer>>>,
}

/// An answer to a request.
#[derive(Debug, Clone)]
pub(in crate::commands) struct Answer {
    pub(in crate::commands) status: StatusCode,
    pub(in crate::commands) location: Option<String>,
    pub(in crate::commands) body: String,
}

impl Answer {
    /// Parses the body.
    pub(in crate::commands) fn json(&self) -> Result<Value, String> {
        serde_json::from_str(&self.body).map_err(|error| format!("the answer is not JSON: {error}"))
    }

    /// Parses the body as a document of the contract.
    pub(in crate::commands) fn parse<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_str(&self.body).map_err(|error| format!("unexpected answer: {error}"))
    }

    /// Returns the answer if it has this status.
    pub(in crate::commands) fn expect(self, status: StatusCode) -> Result<Self, String> {
        if self.status == status {
            return Ok(self);
        }
        let start: String = self.body.chars().take(200).collect();
        Err(format!(
            "answered {} instead of {}: {start}",
            self.status.as_u16(),
            status.as_u16()
        ))
    }
}

impl Deployment {
    pub(in crate::commands) fn new(
        settings: ClientSettings,
        prometheus: Option<Url>,
        alertmanager: Option<Url>,
        grafana: Option<Url>,
    ) -> Result<Self, Failure> {
        // Other code in the process may have installed the same provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let urls = [
            Some(&settings.gateway_url),
            Some(&settings.read_model_url),
            prometheus.as_ref(),
            alertmanager.as_ref(),
            grafana.as_ref(),
        ];
        let mut builder = reqwest::Client::builder()
            .timeout(REQUEST_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("odd-dashboard/", env!("CARGO_PKG_VERSION")));
        if urls.iter().flatten().all(|url| url.scheme() == "http") {
            // Otherwise plain HTTP would fail on a machine without root certificates.
            builder = builder.tls_certs_only([]).no_proxy();
        }
        let http = builder
            .build()
            .map_err(|error| Failure::failed("cannot prepare requests").cause(error))?;
        Ok(Self {
            prometheus,
            http,
            gateway: settings.gateway_url,
            read_model: settings.read_model_url,
            token: settings.token,
            alertmanager,
            grafana,
            exchanges: None,
        })
    }

    /// Keeps every answer, so that it can be inspected when a check fails.
    pub(in crate::commands) fn recording(self) -> Self {
        Self {
            exchanges: Some(Mutex::default()),
            ..self
        }
    }

    /// Queries the gateway.
    pub(in crate::commands) async fn gateway(&self, path: &str) -> Result<Answer, String> {
        self.send(Method::GET, &join(&self.gateway, path)?, None, true)
            .await
    }

    /// Queries the read-model.
    pub(in crate::commands) async fn read_model(&self, path: &str) -> Result<Answer, String> {
        self.send(Method::GET, &join(&self.read_model, path)?, None, true)
            .await
    }

    /// Sends a command to the gateway.
    pub(in crate::commands) async fn command(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        self.send(method, &join(&self.gateway, path)?, body, true)
            .await
    }

    /// Queries a role by the base URL that the read-model reports. The token is sent only to the hosts that the command
    /// line names, by the same protocol.
    pub(in crate::commands) async fn role(&self, base: &str, path: &str) -> Result<Answer, String> {
        self.role_command(Method::GET, base, path, None).await
    }

    /// Sends a request to a role as [`Self::role`] does.
    pub(in crate::commands) async fn role_command(
        &self,
        method: Method,
        base: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let base = Url::parse(base).map_err(|_| format!("{base} is not a URL"))?;
        let with_token = self.sends_token_to(&base);
        self.send(method, &join(&base, path)?, body, with_token)
            .await
    }

    /// Returns the host of a role if there is a token, and the role does not receive it.
    pub(in crate::commands) fn withholds_token_from(&self, base: &str) -> Option<String> {
        self.token.as_ref()?;
        let base = Url::parse(base).ok()?;
        let host = base.host_str()?;
        (!self.sends_token_to(&base)).then(|| host.to_owned())
    }

    fn sends_token_to(&self, base: &Url) -> bool {
        [&self.gateway, &self.read_model]
            .iter()
            .any(|url| url.scheme() == base.scheme() && url.host() == base.host())
    }

    /// Queries a server that is not part of the observatory, without the token.
    pub(in crate::commands) async fn server(&self, url: &Url) -> Result<Answer, String> {
        self.send(Method::GET, url, None, false).await
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        body: Option<&Value>,
        with_token: bool,
    ) -> Result<Answer, String> {
        let mut request = self.http.request(method.clone(), url.clone());
        if let (true, Some(token)) = (with_token, &self.token) {
            request = request.bearer_auth(token.expose());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request
            .send()
            .await
            .map_err(|error| describe(url, &error))?;
        let status = response.status();
        let location = response.headers().get("location");
        let location = location
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let body = read(response)
            .await
            .map_err(|error| describe(url, &error))?;
        let answer = Answer {
            status,
            location,
            body,
        };
        if let Some(exchanges) = &self.exchanges {
            let mut exchanges = exchanges.lock().unwrap_or_else(PoisonError::into_inner);
            let key = format!("{method} {url}");
            if exchanges.len() < MAX_EXCHANGES || exchanges.contains_key(&key) {
                exchanges.insert(key, answer.clone());
            }
        }
        Ok(answer)
    }

    /// Returns the last answer to each request; none unless they are recorded.
    pub(in crate::commands) fn exchanges(&self) -> BTreeMap<String, Answer> {
        let exchanges = self.exchanges.as_ref();
        exchanges.map_or_else(BTreeMap::new, |exchanges| {
            let exchanges = exchanges.lock().unwrap_or_else(PoisonError::into_inner);
            exchanges.clone()
        })
    }
}

/// Reads up to [`MAX_BODY`] bytes; a longer body is cut.
async fn read(mut response: reqwest::Response) -> Result<String, reqwest::Error> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_BODY {
        match response.chunk().await? {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Appends a path with an optional query to a base URL.
pub(in crate::commands) fn join(base: &Url, path: &str) -> Result<Url, String> {
    let base = base.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}{path}")).map_err(|error| format!("{base}{path}: {error}"))
}

fn describe(url: &Url, error: &reqwest::Error) -> String {
    let mut text = format!("cannot query {url}");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
