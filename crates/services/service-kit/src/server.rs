use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{self, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::TRANSFER_ENCODING;
use axum::response::Response;
use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::HttpLimits;
use crate::framing::{AmbiguousFraming, FramingFlag, WatchedStream};
use crate::head_timer::HeadTimer;
use crate::write_limit::WriteLimit;

/// Connections beyond the bound that are listened to all the same, so that health can be asked for.
const RESERVE: usize = 64;
/// How long one of them may take to ask.
const RESERVE_HEAD_TIMEOUT: Duration = Duration::from_secs(1);
/// What a connection beyond the reserve is told before it is closed.
const FULL: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long a client may go on sending after the last answer.
const LINGER: Duration = Duration::from_secs(2);

/// Why a server ended early.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener is not usable.
    #[error("cannot use the listening socket")]
    Listener(#[source] io::Error),
}

/// Answers connections until `shutdown`, then stops accepting, lets requests in flight finish within the
/// grace period, and cuts the rest.
///
/// # Errors
/// When the listener is not usable.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &HttpLimits,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Listener)?;
    tracing::debug!(%address, "listening");
    let places = Places::new(limits.max_connections, limits.header_read_timeout, true);
    let reserve_head_timeout = limits.header_read_timeout.min(RESERVE_HEAD_TIMEOUT);
    let server = Server {
        router,
        protocol: protocol(limits),
        write_limit: limits.write_timeout,
        places,
        reserve: Places::new(RESERVE, reserve_head_timeout, false),
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
    places: Places,
    reserve: Places,
    drain: CancellationToken,
    cut: CancellationToken,
    connections: TaskTracker,
}

impl Server {
    async fn accept(&self, listener: &TcpListener) -> Infallible {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => self.welcome(stream),
                Err(error) if is_connection_error(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections for the moment");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn welcome(&self, stream: TcpStream) {
        let Some((place, places)) = self.places.take().or_else(|| self.reserve.take()) else {
            // The client may be gone or slow; it is refused either way.
            let _ = stream.try_write(FULL);
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let (stream, framing) = WatchedStream::new(stream, WriteLimit::new(self.write_limit));
        let exchanges = Exchanges {
            router: self.router.clone(),
            framing,
            is_regular: places.is_regular,
        };
        let heads = HeadTimer::new();
        let connection = self
            .protocol
            .clone()
            .timer(heads.clone())
            .header_read_timeout(places.head_timeout)
            .keep_alive(places.is_regular)
            .serve_connection(TokioIo::new(stream), exchanges);
        let head_limit = places.head_timeout;
        let (drain, cut) = (self.drain.clone(), self.cut.clone());
        self.connections.spawn(async move {
            cut.run_until_cancelled(converse(connection, heads, head_limit, drain))
                .await;
            drop(place);
        });
    }

    async fn finish(&self, address: SocketAddr, grace: Duration) {
        self.connections.close();
        if tokio::time::timeout(grace, self.connections.wait())
            .await
            .is_err()
        {
            let connections = self.connections.len();
            tracing::warn!(%address, connections, "the grace period is over; cutting connections");
            self.cut.cancel();
            self.connections.wait().await;
        }
    }
}

/// A bounded number of connections, and what holds for each of them.
struct Places {
    free: Arc<Semaphore>,
    head_timeout: Duration,
    /// Whether any number of requests is answered; else one is, if it asks about health.
    is_regular: bool,
}

impl Places {
    fn new(places: usize, head_timeout: Duration, is_regular: bool) -> Self {
        Self {
            free: Arc::new(Semaphore::new(places)),
            head_timeout,
            is_regular,
        }
    }

    fn take(&self) -> Option<(OwnedSemaphorePermit, &Self)> {
        let place = Arc::clone(&self.free).try_acquire_owned().ok()?;
        Some((place, self))
    }
}

type Connection = http1::Connection<TokioIo<WatchedStream>, Exchanges>;

/// Answers the requests of one connection until either side ends it; once `drain` is cancelled, until the
/// present request is answered.
async fn converse(
    mut connection: Connection,
    heads: HeadTimer,
    head_limit: Duration,
    drain: CancellationToken,
) {
    let mut look = pin!(sleep_until(heads.next_look(head_limit).into()));
    let mut is_draining = false;
    let outcome = loop {
        tokio::select! {
            biased;
            outcome = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break outcome,
            () = drain.cancelled(), if !is_draining => {
                is_draining = true;
                pin::Pin::new(&mut connection).graceful_shutdown();
            }
            () = look.as_mut() => look.as_mut().reset(heads.next_look(head_limit).into()),
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended badly");
    }
    if is_draining {
        return;
    }
    let stream = connection.into_parts().io.into_inner().into_inner();
    // The connection is over; it does not matter how the client took it.
    let _ = tokio::time::timeout(LINGER, part(stream)).await;
}

/// Ends a connection so that the client can read the last answer even while it is still sending: closing a
/// socket with unread bytes would reset it (RFC 9112, 9.6).
async fn part(mut stream: TcpStream) -> io::Result<u64> {
    stream.shutdown().await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
}

/// Errors of one connection, not of the listener.
fn is_connection_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Marks a request on a connection beyond the bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BeyondBound;

/// The requests of one connection.
struct Exchanges {
    router: Router,
    framing: FramingFlag,
    is_regular: bool,
}

impl hyper::service::Service<hyper::Request<Incoming>> for Exchanges {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let mut request: Request = request.map(Body::new);
        if self.framing.is_raised() && request.headers().contains_key(TRANSFER_ENCODING) {
            request.extensions_mut().insert(AmbiguousFraming);
        }
        if !self.is_regular {
            request.extensions_mut().insert(BeyondBound);
        }
        Box::pin(self.router.clone().call(request))
    }
}
