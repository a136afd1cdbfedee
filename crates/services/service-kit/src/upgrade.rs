use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use bytes::{Buf, Bytes};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::{ProblemCode, ProblemResponse};

/// Extracts the connection of a request, so that the handler can use it for another protocol after its response.
///
/// The connection still counts against the limit on connections, and shutdown waits for it up to the grace period.
/// Connections beyond the limit cannot be used for another protocol: they are refused with 429.
#[derive(Debug)]
pub struct Upgrade(UpgradeSlot);

/// A connection that does not use HTTP any more.
#[derive(Debug)]
pub struct UpgradedStream {
    /// Bytes that arrived together with the request.
    early: Bytes,
    stream: TcpStream,
}

type Protocol = Box<dyn FnOnce(UpgradedStream) -> BoxFuture<'static, ()> + Send>;

/// What a connection does after its last HTTP response.
#[derive(Clone, Default)]
pub(crate) struct UpgradeSlot(Arc<Mutex<Option<Protocol>>>);

impl Upgrade {
    /// Returns the response 101, after which `protocol` has the connection. Headers that name the protocol are up to the
    /// caller.
    pub fn switch<F>(self, protocol: impl FnOnce(UpgradedStream) -> F + Send + 'static) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.put(Box::new(|stream| Box::pin(protocol(stream))));
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        response
    }
}

impl<S: Sync> FromRequestParts<S> for Upgrade {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ProblemResponse> {
        let slot = parts.extensions.get::<UpgradeSlot>().cloned();
        slot.map(Self).ok_or_else(|| {
            ProblemResponse::new(
                ProblemCode::TooManyRequests,
                "too many connections are open; retry shortly",
            )
        })
    }
}

impl UpgradeSlot {
    /// Returns what the connection does from now on, if a handler has switched the protocol.
    pub(crate) fn take(&self) -> Option<Protocol> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take()
    }

    fn put(&self, protocol: Protocol) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = Some(protocol);
    }
}

impl std::fmt::Debug for UpgradeSlot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UpgradeSlot")
    }
}

impl UpgradedStream {
    pub(crate) fn new(early: Bytes, stream: TcpStream) -> Self {
        Self { early, stream }
    }
}

impl AsyncRead for UpgradedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.early.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let count = self.early.len().min(buffer.remaining());
        buffer.put_slice(&self.early[..count]);
        self.early.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for UpgradedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
