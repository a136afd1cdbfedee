use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;

use super::asset::Asset;
use super::conditional::has_current_copy;
use super::encoding::Encoding;

/// How long a browser may use a file without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// For a year: the name changes with the content.
    Immutable,
    /// Not at all: it asks whether its copy is current.
    Revalidated,
}

impl Caching {
    const fn header(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Revalidated => "no-cache",
        }
    }
}

/// The response with a file.
#[derive(Debug, Clone)]
pub(crate) struct FileAnswer {
    media_type: &'static str,
    encoding: Encoding,
    etag: String,
    caching: Caching,
    content: Bytes,
}

impl FileAnswer {
    /// Returns the response with the copy of an asset that the client prefers.
    pub(crate) fn of_asset(asset: &Asset, caching: Caching, headers: &HeaderMap) -> Self {
        let copy = |encoding| match encoding {
            Encoding::Brotli => asset.brotli,
            Encoding::Gzip => asset.gzip,
            Encoding::Identity => None,
        };
        let mut copies =
            Encoding::accepted(headers).filter_map(|encoding| Some((encoding, copy(encoding)?)));
        let (encoding, content) = match copies.next() {
            Some((encoding, copy)) => (encoding, Bytes::from_static(copy)),
            None => (Encoding::Identity, asset.content()),
        };
        let etag = match encoding.token() {
            Some(token) => format!("\"{}-{token}\"", asset.digest),
            None => format!("\"{}\"", asset.digest),
        };
        Self {
            media_type: asset.media_type,
            encoding,
            etag,
            caching,
            content,
        }
    }

    /// Returns the response with a page that is not compressed.
    pub(crate) fn of_page(content: Bytes, digest: &str) -> Self {
        Self {
            media_type: "text/html; charset=utf-8",
            encoding: Encoding::Identity,
            etag: format!("\"{digest}\""),
            caching: Caching::Revalidated,
            content,
        }
    }

    /// Returns 304 if the client has a current copy, otherwise 200 with the file.
    pub(crate) fn answer(self, headers: &HeaderMap) -> Response {
        let is_current = has_current_copy(headers, &self.etag);
        let mut response = Response::new(Body::empty());
        let sent = response.headers_mut();
        let etag = HeaderValue::try_from(self.etag).expect("digits and a token");
        sent.insert(ETAG, etag);
        sent.insert(VARY, HeaderValue::from_static("accept-encoding"));
        let caching = HeaderValue::from_static(self.caching.header());
        sent.insert(CACHE_CONTROL, caching);
        if is_current {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        sent.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        if let Some(token) = self.encoding.token() {
            sent.insert(CONTENT_ENCODING, HeaderValue::from_static(token));
        }
        *response.body_mut() = Body::from(self.content);
        response
    }
}
