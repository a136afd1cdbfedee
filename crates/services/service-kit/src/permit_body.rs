use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// Shorter answers are not worth a place while they are sent: the head of a request takes as much memory.
const LARGE: u64 = 32 * 1024;

/// The response, holding `place` until its body is written to the socket. A body without a known length, which
/// is an event stream, gives it back at once: streams have places of their own.
pub(crate) fn hold<P: Send + Sync + 'static>(place: P, response: Response) -> Response {
    if response.body().size_hint().exact().unwrap_or(0) < LARGE {
        return response;
    }
    let place = Arc::new(place);
    response.map(|body| Body::new(HeldBody { body, place }))
}

struct HeldBody<P> {
    body: Body,
    place: Arc<P>,
}

impl<P: Send + Sync + 'static> HttpBody for HeldBody<P> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // hyper drops the body when it has the last frame, and each frame when it is written.
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(|data| self.held(data)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<P: Send + Sync + 'static> HeldBody<P> {
    fn held(&self, data: Bytes) -> Bytes {
        let _place = Arc::clone(&self.place);
        Bytes::from_owner(HeldBytes { data, _place })
    }
}

struct HeldBytes<P> {
    data: Bytes,
    _place: Arc<P>,
}

impl<P> AsRef<[u8]> for HeldBytes<P> {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}
