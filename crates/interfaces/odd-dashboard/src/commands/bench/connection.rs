use std::time::Duration;

use anyhow::{Context, bail};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use odd_client::Url;
use tokio::net::TcpStream;

/// Longest wait for one answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// One kept-alive connection to the gateway: as little work per request as hyper allows, since the generator
/// shares the machine with what it measures.
pub(super) struct Connection {
    target: Target,
    sender: SendRequest<Full<Bytes>>,
}

/// Where requests go.
#[derive(Debug, Clone)]
pub(super) struct Target {
    authority: String,
    host: HeaderValue,
    uri: hyper::Uri,
    authorization: Option<HeaderValue>,
}

impl Target {
    pub(super) fn new(gateway: &Url, path: &str, token: Option<String>) -> anyhow::Result<Self> {
        if gateway.scheme() != "http" {
            bail!("the bench speaks plain HTTP only");
        }
        let host = gateway.host_str().context("the URL has no host")?;
        let authority = format!("{host}:{}", gateway.port_or_known_default().unwrap_or(80));
        let authorization = token
            .map(|token| HeaderValue::from_str(&format!("Bearer {token}")))
            .transpose()?;
        Ok(Self {
            host: HeaderValue::from_str(&authority)?,
            uri: format!("{}/{path}", gateway.path().trim_end_matches('/')).parse()?,
            authority,
            authorization,
        })
    }
}

impl Connection {
    pub(super) async fn open(target: Target) -> anyhow::Result<Self> {
        let sender = dial(&target).await?;
        Ok(Self { target, sender })
    }

    /// Sends one request; the body of the answer, which must be 201.
    ///
    /// # Errors
    /// When the connection breaks or the gateway does not accept. Nothing is repeated: a repeat would count
    /// jobs twice.
    pub(super) async fn post(&mut self, body: Bytes) -> anyhow::Result<Bytes> {
        if self.sender.is_closed() {
            // The gateway may close a connection that was idle for long.
            self.sender = dial(&self.target).await?;
        }
        tokio::time::timeout(ANSWER_LIMIT, self.exchange(body))
            .await
            .context("the gateway did not answer within a minute")?
    }

    async fn exchange(&mut self, body: Bytes) -> anyhow::Result<Bytes> {
        let mut request = Request::post(self.target.uri.clone())
            .header(HOST, self.target.host.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(authorization) = &self.target.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        self.sender.ready().await?;
        let response = self
            .sender
            .send_request(request.body(Full::new(body))?)
            .await?;
        let status = response.status();
        let answer = response.into_body().collect().await?.to_bytes();
        if status != hyper::StatusCode::CREATED {
            let text = String::from_utf8_lossy(&answer);
            bail!(
                "the gateway answered {status}: {}",
                crate::output::inert(&text)
            );
        }
        Ok(answer)
    }
}

async fn dial(target: &Target) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(&target.authority)
        .await
        .with_context(|| format!("cannot connect to {}", target.authority))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
