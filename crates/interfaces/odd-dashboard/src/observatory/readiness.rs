use std::time::Duration;

use http_body_util::Empty;
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::failure::Failure;
use crate::observatory::RoleName;

const PAUSE: Duration = Duration::from_millis(5);
const LIMIT: Duration = Duration::from_secs(60);

/// Waits until every role says of itself, over HTTP, that it can do its work.
///
/// # Errors
/// When one has not said so within a minute.
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
                .hint(format!("{url}/readyz says what it waits for")));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

async fn is_ready(authority: &str) -> bool {
    ask(authority).await.unwrap_or(false)
}

async fn ask(authority: &str) -> anyhow::Result<bool> {
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
