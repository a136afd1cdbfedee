use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// Shorter responses release their permit at once: they use no more memory than the head of a request.
const LARGE: u64 = 32 * 1024;

/// Keeps `permit` until the body of the response is written to the socket. A body without a known length is an event
/// stream and releases it at once: streams have a limit of their own.
pub(crate) fn hold_permit<P: Send + Sync + 'static>(permit: P, response: Response) -> Response {
    if response.body().size_hint().exact().unwrap_or(0) < LARGE {
        return response;
    }
    let permit = Arc::new(permit);
    response.map(|body| Body::new(PermitBody { body, permit }))
}

struct PermitBody<P> {
    body: Body,
    permit: Arc<P>,
}

impl<P: Send + Sync + 'static> HttpBody for PermitBody<P> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // hyper drops the body when it has the last frame, and each frame when it is written.
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(
            frame.map(|frame| frame.map(|frame| frame.map_data(|data| self.with_permit(data)))),
        )
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<P: Send + Sync + 'static> PermitBody<P> {
    fn with_permit(&self, data: Bytes) -> Bytes {
        let _permit = Arc::clone(&self.permit);
        Bytes::from_owner(PermitBytes { data, _permit })
    }
}

struct PermitBytes<P> {
    data: Bytes,
    _permit: Arc<P>,
}

impl<P> AsRef<[u8]> for PermitBytes<P> {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}
