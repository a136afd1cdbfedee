use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio_util::sync::CancellationToken;

use super::headers::prepare_response;
use super::upstream::{Permit, Upstream};

/// Changes the response of an upstream into the response to the client. Each part of the body is passed on when it arrives.
pub(super) fn answer(
    mut response: reqwest::Response,
    upstream: &Upstream,
    permit: Permit,
) -> Response {
    let mut headers = std::mem::take(response.headers_mut());
    // A stream without an end must not delay the end of the role.
    let end = match headers.contains_key(CONTENT_LENGTH) {
        true => CancellationToken::new(),
        false => upstream.shutdown.clone(),
    };
    prepare_response(&mut headers, &upstream.prefix);
    let status = response.status();
    let parts = BodyParts {
        chunks: Box::pin(response.bytes_stream()),
        idle_timeout: upstream.limits.idle_timeout,
        end,
        _permit: permit,
    };
    let mut answer = Response::new(Body::from_stream(parts.into_stream().fuse()));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    answer
}

/// The body of a response, while it is being read.
struct BodyParts<S> {
    chunks: S,
    idle_timeout: Duration,
    end: CancellationToken,
    _permit: Permit,
}

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> BodyParts<S> {
    /// Returns the parts until the end, a failure, or a pause that is too long.
    fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::unfold(Some(self), |state| async {
            let mut body = state?;
            let next = tokio::time::timeout(body.idle_timeout, body.chunks.next());
            match body.end.clone().run_until_cancelled(next).await? {
                Ok(None) => None,
                Ok(Some(Ok(bytes))) => Some((Ok(bytes), Some(body))),
                // The client must notice that the body is not complete.
                Ok(Some(Err(error))) => Some((Err(io::Error::other(error)), None)),
                Err(_) => Some((Err(io::ErrorKind::TimedOut.into()), None)),
            }
        })
    }
}
