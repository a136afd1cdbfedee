use std::io;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, UPGRADE};
use axum::response::Response;
use odd_service_kit::Upgrade;
use reqwest::RequestBuilder;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::Instant;

use super::headers::prepare_response;
use super::upstream::{Permit, Upstream};

/// Bytes that one direction holds at most.
const BUFFER_BYTES: usize = 16 * 1024;
/// Longest wait until a peer reads more.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a WebSocket may last after shutdown has started: its server may end it in order.
const FAREWELL: Duration = Duration::from_secs(1);

/// Adds the headers with which a connection becomes a WebSocket.
pub(super) fn request(outgoing: RequestBuilder) -> RequestBuilder {
    outgoing
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
}

/// Connects a client with an upstream that has agreed to a WebSocket.
///
/// # Errors
/// If the connection to the upstream does not become a WebSocket.
pub(super) async fn open(
    client: Upgrade,
    mut response: reqwest::Response,
    upstream: &Upstream,
    permit: Permit,
) -> reqwest::Result<Response> {
    let mut headers = std::mem::take(response.headers_mut());
    prepare_response(&mut headers, &upstream.prefix);
    let server = response.upgrade().await?;
    let idle_timeout = upstream.limits.tunnel_idle_timeout;
    let shutdown = upstream.shutdown.clone();
    let mut answer = client.switch(move |client| async move {
        let relaying = relay(client, server, idle_timeout);
        tokio::pin!(relaying);
        let ended = match shutdown.run_until_cancelled(&mut relaying).await {
            Some(ended) => ended,
            None => match tokio::time::timeout(FAREWELL, relaying).await {
                Ok(ended) => ended,
                Err(_) => Ok(()),
            },
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a WebSocket ended");
        }
        drop(permit);
    });
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    answer.headers_mut().extend(headers);
    Ok(answer)
}

/// Copies both directions until both have ended, one has failed, or neither has had a byte for `idle_timeout`.
async fn relay<C, S>(client: C, server: S, idle_timeout: Duration) -> io::Result<()>
where
    C: AsyncRead + AsyncWrite,
    S: AsyncRead + AsyncWrite,
{
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    let (activity, last_activity) = watch::channel(Instant::now());
    let both = async {
        tokio::try_join!(
            copy(from_client, to_server, &activity),
            copy(from_server, to_client, &activity)
        )
    };
    tokio::select! {
        ended = both => ended.map(drop),
        () = silence(last_activity, idle_timeout) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// Copies one direction until its end, which it passes on.
async fn copy(
    from: impl AsyncRead,
    to: impl AsyncWrite,
    activity: &watch::Sender<Instant>,
) -> io::Result<()> {
    tokio::pin!(from, to);
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let length = from.read(&mut buffer).await?;
        activity.send_replace(Instant::now());
        let writing = async {
            match length {
                0 => to.shutdown().await,
                _ => {
                    to.write_all(&buffer[..length]).await?;
                    to.flush().await
                }
            }
        };
        tokio::time::timeout(WRITE_TIMEOUT, writing).await??;
        if length == 0 {
            return Ok(());
        }
    }
}

/// Waits until there has been no activity for `limit`.
async fn silence(activity: watch::Receiver<Instant>, limit: Duration) {
    loop {
        let end = *activity.borrow() + limit;
        if Instant::now() >= end {
            return;
        }
        tokio::time::sleep_until(end).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(120);

    #[tokio::test]
    async fn both_directions_and_their_ends_are_passed_on() {
        let (mut client, client_side) = duplex(64);
        let (mut server, server_side) = duplex(64);
        let relaying = tokio::spawn(relay(client_side, server_side, LIMIT));
        client.write_all(b"ping").await.expect("written");
        client.shutdown().await.expect("ended");
        let mut received = String::new();
        server.read_to_string(&mut received).await.expect("read");
        assert_eq!(received, "ping");
        server.write_all(b"pong").await.expect("written");
        drop(server);
        received.clear();
        client.read_to_string(&mut received).await.expect("read");
        assert_eq!(received, "pong");
        relaying.await.expect("ends").expect("without a failure");
    }

    #[tokio::test(start_paused = true)]
    async fn silent_tunnel_is_closed_and_a_used_one_is_not() {
        let (mut client, client_side) = duplex(64);
        let (_server, server_side) = duplex(1024);
        let began = Instant::now();
        let relaying = tokio::spawn(relay(client_side, server_side, LIMIT));
        tokio::time::sleep(LIMIT / 2).await;
        client.write_all(b"x").await.expect("written");
        let outcome = relaying.await.expect("ends");
        let error = outcome.expect_err("closed");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed(), LIMIT + LIMIT / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn peer_that_does_not_read_ends_the_tunnel() {
        let (mut client, client_side) = duplex(1024);
        let (_server, server_side) = duplex(1);
        let relaying = tokio::spawn(relay(client_side, server_side, LIMIT));
        client.write_all(b"two").await.expect("written");
        let began = Instant::now();
        assert!(relaying.await.expect("ends").is_err());
        assert_eq!(began.elapsed(), WRITE_TIMEOUT);
    }
}
