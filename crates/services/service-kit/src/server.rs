use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{TRANSFER_ENCODING, UPGRADE};
use axum::response::Response;
use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::framing::{AmbiguousFraming, FramingFlag, WatchedStream};
use crate::upgrade::{UpgradeSlot, UpgradedStream};
use crate::write_limit::WriteLimit;
use crate::{HttpLimits, PeerAddress};

/// Connections beyond the limit that are accepted for health requests.
const RESERVE: usize = 64;
/// Longest wait for the request of such a connection.
const RESERVE_HEADER_TIMEOUT: Duration = Duration::from_secs(1);
/// Response to a connection beyond the reserve, which is then closed.
const FULL: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long the server reads what a client still sends after the last response.
const LINGER: Duration = Duration::from_secs(2);

/// Why a server stopped before its shutdown.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener cannot be used.
    #[error("cannot use the listening socket")]
    Listener(#[source] io::Error),
}

/// Serves connections until `shutdown`. Then it stops accepting, waits up to the grace period for requests in flight, and
/// closes the remaining connections.
///
/// # Errors
/// If the listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &HttpLimits,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Listener)?;
    tracing::debug!(%address, "listening");
    let regular = ConnectionLimit::new(limits.max_connections, limits.header_read_timeout, true);
    let reserve_header_timeout = limits.header_read_timeout.min(RESERVE_HEADER_TIMEOUT);
    let server = Server {
        router,
        protocol: protocol(limits),
        write_limit: limits.write_timeout,
        regular,
        reserve: ConnectionLimit::new(RESERVE, reserve_header_timeout, false),
        drain: shutdown.child_token(),
        cut: CancellationToken::new(),
        connections: TaskTracker::new(),
    };
    let accepting = server.accept(&listener);
    shutdown.run_until_cancelled(accepting).await;
    drop(listener);
    server.finish(address, limits.drain_grace).await;
    Ok(())
}

fn protocol(limits: &HttpLimits) -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol
        .max_header_size(limits.max_header_bytes)
        .max_buf_size(256 * 1024);
    protocol
}

struct Server {
    router: Router,
    protocol: http1::Builder,
    write_limit: Duration,
    regular: ConnectionLimit,
    reserve: ConnectionLimit,
    drain: CancellationToken,
    cut: CancellationToken,
    connections: TaskTracker,
}

impl Server {
    async fn accept(&self, listener: &TcpListener) -> Infallible {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.start_connection(stream, peer),
                Err(error) if is_connection_error(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections; retrying");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn start_connection(&self, stream: TcpStream, peer: SocketAddr) {
        let acquired = self.regular.try_acquire();
        let Some((permit, limit)) = acquired.or_else(|| self.reserve.try_acquire()) else {
            // The connection is closed even if the client does not receive this.
            let _ = stream.try_write(FULL);
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let (stream, framing) = WatchedStream::new(stream, WriteLimit::new(self.write_limit));
        let upgrade = UpgradeSlot::default();
        let service = ConnectionService {
            router: self.router.clone(),
            framing,
            is_regular: limit.is_regular,
            peer: PeerAddress(peer),
            upgrade: upgrade.clone(),
        };
        let connection = self
            .protocol
            .clone()
            .timer(TokioTimer::new())
            .header_read_timeout(limit.header_timeout)
            .keep_alive(limit.is_regular)
            .serve_connection(TokioIo::new(stream), service);
        let (drain, cut) = (self.drain.clone(), self.cut.clone());
        self.connections.spawn(async move {
            cut.run_until_cancelled(serve_connection(connection, upgrade, drain))
                .await;
            drop(permit);
        });
    }

    async fn finish(&self, address: SocketAddr, grace: Duration) {
        self.connections.close();
        if tokio::time::timeout(grace, self.connections.wait())
            .await
            .is_err()
        {
            let connections = self.connections.len();
            tracing::warn!(%address, connections, "the grace period has ended; closing connections");
            self.cut.cancel();
            self.connections.wait().await;
        }
    }
}

/// Bound on the number of connections, and the rules of the connections under it.
struct ConnectionLimit {
    permits: Arc<Semaphore>,
    header_timeout: Duration,
    /// Whether a connection may send any number of requests; otherwise it may send one health request.
    is_regular: bool,
}

impl ConnectionLimit {
    fn new(max: usize, header_timeout: Duration, is_regular: bool) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(max)),
            header_timeout,
            is_regular,
        }
    }

    fn try_acquire(&self) -> Option<(OwnedSemaphorePermit, &Self)> {
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        Some((permit, self))
    }
}

type Connection = http1::Connection<TokioIo<WatchedStream>, ConnectionService>;

/// Serves one connection until either side closes it, or, once `drain` is cancelled, until the current request is
/// answered. A handler may have switched the connection to another protocol: that ends it.
async fn serve_connection(
    mut connection: Connection,
    upgrade: UpgradeSlot,
    drain: CancellationToken,
) {
    let mut is_draining = false;
    let outcome = loop {
        tokio::select! {
            biased;
            outcome = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break outcome,
            () = drain.cancelled(), if !is_draining => {
                is_draining = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection failed");
    }
    let protocol = upgrade.take();
    if is_draining && protocol.is_none() {
        return;
    }
    let parts = connection.into_parts();
    let stream = parts.io.into_inner().into_inner();
    if let Some(protocol) = protocol {
        return protocol(UpgradedStream::new(parts.read_buf, stream)).await;
    }
    // The response is sent; how the client closes the connection does not matter.
    let _ = tokio::time::timeout(LINGER, close(stream)).await;
}

/// Closes a connection so that the client can read the last response while it is still sending: closing a socket with
/// unread bytes would reset the connection (RFC 9112, 9.6).
async fn close(mut stream: TcpStream) -> io::Result<u64> {
    stream.shutdown().await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
}

/// Returns `true` for errors of one connection, which do not affect the listener.
fn is_connection_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Marks a request on a connection beyond the limit: only health requests are answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverConnectionLimit;

/// Passes the requests of one connection to the router.
struct ConnectionService {
    router: Router,
    framing: FramingFlag,
    is_regular: bool,
    peer: PeerAddress,
    upgrade: UpgradeSlot,
}

impl hyper::service::Service<hyper::Request<Incoming>> for ConnectionService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let mut request: Request = request.map(Body::new);
        if self.framing.is_raised() && request.headers().contains_key(TRANSFER_ENCODING) {
            request.extensions_mut().insert(AmbiguousFraming);
        }
        request.extensions_mut().insert(self.peer);
        if !self.is_regular {
            request.extensions_mut().insert(OverConnectionLimit);
        } else if request.headers().contains_key(UPGRADE) {
            request.extensions_mut().insert(self.upgrade.clone());
        }
        Box::pin(self.router.clone().call(request))
    }
}
