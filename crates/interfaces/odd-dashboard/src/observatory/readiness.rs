use std::time::Duration;

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::failure::Failure;
use crate::role_name::RoleName;

const PAUSE: Duration = Duration::from_millis(5);
const LIMIT: Duration = Duration::from_secs(60);

/// How long one answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Waits until `/readyz` of every role reports that it is ready.
///
/// # Errors
/// When a role is not ready within a minute.
pub(super) async fn await_ready(urls: &[(RoleName, String)]) -> Result<(), Failure> {
    let deadline = Instant::now() + LIMIT;
    for (role, url) in urls {
        let authority = url.trim_start_matches("http://");
        while !is_ready(authority).await {
            if Instant::now() > deadline {
                return Err(Failure::failed(format!(
                    "the {} is not ready after a minute",
                    role.as_str()
                ))
                .hint(format!("see {url}/readyz for what it waits for")));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

async fn is_ready(authority: &str) -> bool {
    let answer = tokio::time::timeout(ANSWER_LIMIT, probe(authority, "/readyz")).await;
    answer.is_ok_and(|answer| answer.is_ok_and(|answer| answer.is_success()))
}

/// What a health check of a role returned.
pub(crate) struct ProbeAnswer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl ProbeAnswer {
    pub(crate) const fn is_success(&self) -> bool {
        self.status == 200
    }
}

/// Requests `path` from a role on this machine. The caller limits the time.
///
/// # Errors
/// If the connection fails, or the answer is no HTTP or longer than 64 KiB.
pub(crate) async fn probe(authority: &str, path: &str) -> anyhow::Result<ProbeAnswer> {
    let stream = TcpStream::connect(authority).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get(path)
        .header("Host", authority)
        .header("Connection", "close")
        .body(Empty::<Bytes>::new())?;
    let driver = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect();
    let body = body.await.map_err(anyhow::Error::from_boxed);
    driver.abort();
    let body = body.context("the answer is incomplete, or too long")?;
    Ok(ProbeAnswer {
        status,
        body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
    })
}
