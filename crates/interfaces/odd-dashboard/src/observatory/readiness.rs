use std::time::Duration;

use http_body_util::Empty;
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
    request_readiness(authority).await.unwrap_or(false)
}

async fn request_readiness(authority: &str) -> anyhow::Result<bool> {
    let stream = TcpStream::connect(authority).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get("/readyz")
        .header("Host", authority)
        .header("Connection", "close")
        .body(Empty::<Bytes>::new())?;
    let driver = tokio::spawn(connection);
    let response =
        tokio::time::timeout(Duration::from_secs(5), sender.send_request(request)).await??;
    driver.abort();
    Ok(response.status().is_success())
}
