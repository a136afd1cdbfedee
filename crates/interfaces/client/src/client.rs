use odd_contracts::Problem;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;

use crate::error::Cause;
use crate::loopback::is_loopback;
use crate::{ClientConfig, ClientError};

/// Name of the gateway in [`ClientError`].
pub const GATEWAY: &str = "gateway";
const READ_MODEL: &str = "read-model";

/// Calls the services of one observatory. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    gateway: Service,
    read_model: Service,
    request_timeout: std::time::Duration,
    is_read_only: bool,
}

/// Name and URL of one of the two services.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    name: &'static str,
    base: Url,
}

impl Client {
    /// Creates a client without connecting.
    ///
    /// # Errors
    /// [`ClientError::Setup`] when the token contains characters that a header cannot, or an `https` URL is configured and
    /// the machine has no root certificates.
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        // Other code in the process may have installed the same provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let urls = [&config.gateway_url, &config.read_model_url];
        let mut builder = reqwest::Client::builder()
            .default_headers(default_headers(&config)?)
            .user_agent(concat!("odd-client/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.connect_timeout)
            .redirect(reqwest::redirect::Policy::none());
        if urls.iter().all(|url| url.scheme() == "http") {
            // Otherwise plain HTTP would fail on a machine without root certificates.
            builder = builder.tls_certs_only([]);
        }
        if urls.iter().all(|url| is_loopback(url)) {
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder
                .build()
                .map_err(|error| ClientError::Setup(error.into()))?,
            gateway: Service {
                name: GATEWAY,
                base: config.gateway_url,
            },
            read_model: Service {
                name: READ_MODEL,
                base: config.read_model_url,
            },
            request_timeout: config.request_timeout,
            is_read_only: false,
        })
    }

    /// Returns a client that sends no request with another method than GET: every other call fails.
    #[must_use]
    pub fn reading_only(self) -> Self {
        Self {
            is_read_only: true,
            ..self
        }
    }

    pub(crate) fn request_timeout(&self) -> std::time::Duration {
        self.request_timeout
    }

    pub(crate) fn gateway(&self) -> &Service {
        &self.gateway
    }

    pub(crate) fn read_model(&self) -> &Service {
        &self.read_model
    }

    /// Builds a request. The segments of `path` are escaped here.
    pub(crate) fn request(
        &self,
        service: &Service,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
    ) -> RequestBuilder {
        self.streaming_request(service, method, path, query)
            .timeout(self.request_timeout)
    }

    /// Builds a request like [`Client::request`], without a time limit for the whole answer.
    pub(crate) fn streaming_request(
        &self,
        service: &Service,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
    ) -> RequestBuilder {
        self.http.request(method, service.url(path, query))
    }

    /// Sends a request and decodes the answer.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        service: &Service,
        request: RequestBuilder,
    ) -> Result<T, ClientError> {
        let response = self.send(service, request).await?;
        service.decode(response).await
    }

    /// Sends a request. An answer outside 2xx becomes an error.
    pub(crate) async fn send(
        &self,
        service: &Service,
        request: RequestBuilder,
    ) -> Result<Response, ClientError> {
        let response = self.send_any(service, request).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(service.refusal(response).await)
    }

    /// Sends a request. Any answer is a success.
    pub(crate) async fn send_any(
        &self,
        service: &Service,
        request: RequestBuilder,
    ) -> Result<Response, ClientError> {
        let request = request.build();
        let request = request.map_err(|error| service.transport(error))?;
        if self.is_read_only && *request.method() != Method::GET {
            return Err(ClientError::Setup("this client only reads".into()));
        }
        let response = self.http.execute(request).await;
        response.map_err(|error| service.transport(error))
    }
}

impl Service {
    /// Creates a service that is not the gateway or the read-model.
    pub(crate) const fn at(name: &'static str, base: Url) -> Self {
        Self { name, base }
    }

    fn url(&self, path: &[&str], query: &[(&str, String)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    pub(crate) async fn decode<T: DeserializeOwned>(
        &self,
        response: Response,
    ) -> Result<T, ClientError> {
        let status = response.status().as_u16();
        let bytes = response
            .bytes()
            .await
            .map_err(|error| self.transport(error))?;
        serde_json::from_slice(&bytes).map_err(|error| self.unexpected(status, error))
    }

    pub(crate) fn transport(&self, error: reqwest::Error) -> ClientError {
        if error.is_connect() || error.is_builder() {
            return ClientError::Unreachable {
                service: self.name,
                url: self.base.to_string(),
                source: error.into(),
            };
        }
        match error.is_timeout() {
            true => self.silent(),
            false => self.lost(error),
        }
    }

    pub(crate) fn lost(&self, cause: impl Into<Cause>) -> ClientError {
        ClientError::ConnectionLost {
            service: self.name,
            url: self.base.to_string(),
            source: cause.into(),
        }
    }

    pub(crate) fn silent(&self) -> ClientError {
        ClientError::TimedOut {
            service: self.name,
            url: self.base.to_string(),
        }
    }

    pub(crate) fn unexpected(&self, status: u16, cause: impl Into<Cause>) -> ClientError {
        ClientError::UnexpectedAnswer {
            service: self.name,
            url: self.base.to_string(),
            status,
            source: cause.into(),
        }
    }

    pub(crate) async fn refusal(&self, response: Response) -> ClientError {
        let status = response.status().as_u16();
        match response.bytes().await {
            Err(error) => self.transport(error),
            Ok(bytes) => match serde_json::from_slice::<Problem>(&bytes) {
                Ok(problem) => ClientError::Problem(Box::new(problem)),
                Err(_) => self.unexpected(status, "it is not a problem document"),
            },
        }
    }
}

fn default_headers(config: &ClientConfig) -> Result<HeaderMap, ClientError> {
    let mut headers = HeaderMap::new();
    if let Some(token) = &config.token {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
            .map_err(|_| ClientError::Setup("the token contains illegal characters".into()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}
