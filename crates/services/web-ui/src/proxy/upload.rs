use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use odd_service_kit::{ProblemCode, ProblemResponse};
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

/// The body of a request on its way to an upstream: it is never held in memory as a whole, and has a bound on its size and
/// on its time.
pub(super) struct Upload {
    /// The lock has no other purpose than to make the body `Sync`, which the client requires.
    body: Mutex<Body>,
    remaining_bytes: u64,
    deadline: Pin<Box<Sleep>>,
    state: watch::Sender<UploadState>,
}

/// How far an upload is. Shared with the exchange that it is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UploadState {
    /// Sent completely or not.
    Sending,
    TooLarge,
    TimedOut,
    Truncated,
}

/// The outcome of an upload.
pub(super) struct UploadOutcome(watch::Receiver<UploadState>);

/// Why an upload ended early. The exchange knows the reason from [`UploadOutcome`].
#[derive(Debug, thiserror::Error)]
#[error("the body of the request ended early")]
pub(super) struct UploadEnded;

impl Upload {
    pub(super) fn new(body: Body, max_bytes: u64, timeout: Duration) -> (Self, UploadOutcome) {
        let (state, outcome) = watch::channel(UploadState::Sending);
        let upload = Self {
            body: Mutex::new(body),
            remaining_bytes: max_bytes,
            deadline: Box::pin(sleep(timeout)),
            state,
        };
        (upload, UploadOutcome(outcome))
    }

    fn with_body<T>(&self, read: impl FnOnce(&Body) -> T) -> T {
        read(&self.body.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn fail(&self, state: UploadState) -> Poll<Option<Result<Frame<Bytes>, UploadEnded>>> {
        self.state.send_replace(state);
        Poll::Ready(Some(Err(UploadEnded)))
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = UploadEnded;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadEnded>>> {
        if self.deadline.as_mut().poll(cx).is_ready() {
            return self.fail(UploadState::TimedOut);
        }
        let body = self.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        let frame = match ready!(Pin::new(body).poll_frame(cx)) {
            None => return Poll::Ready(None),
            Some(Ok(frame)) => frame,
            Some(Err(_)) => return self.fail(UploadState::Truncated),
        };
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        match self.remaining_bytes.checked_sub(length) {
            Some(remaining_bytes) => {
                self.remaining_bytes = remaining_bytes;
                Poll::Ready(Some(Ok(frame)))
            }
            None => self.fail(UploadState::TooLarge),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.with_body(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.with_body(HttpBody::size_hint)
    }
}

impl UploadOutcome {
    /// Waits until the client has sent everything, or the upstream reads no more.
    pub(super) async fn ended(&mut self) {
        // The sender is dropped with the body.
        let _ = self
            .0
            .wait_for(|state| *state != UploadState::Sending)
            .await;
    }

    /// Returns the problem of an upload that failed because of the client.
    pub(super) fn problem(&self, max_bytes: u64) -> Option<ProblemResponse> {
        match *self.0.borrow() {
            UploadState::Sending => None,
            UploadState::TooLarge => Some(too_large(max_bytes)),
            UploadState::TimedOut => Some(ProblemResponse::new(
                ProblemCode::RequestTimeout,
                "the body did not arrive in time",
            )),
            UploadState::Truncated => Some(ProblemResponse::new(
                ProblemCode::BadRequest,
                "the body is truncated or malformed",
            )),
        }
    }
}

/// Returns the problem of a body that exceeds the limit.
pub(super) fn too_large(max_bytes: u64) -> ProblemResponse {
    ProblemResponse::new(
        ProblemCode::PayloadTooLarge,
        format!("the body may hold at most {max_bytes} bytes"),
    )
}
