use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Response;
use reqwest::header::HeaderMap;

use super::body_text::{media_type, text};
use super::content_coding::{Bytes, Coding, decode, encoded_limit};

/// The body of a response, as far as it was received, without its content coding.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) is_truncated: bool,
    pub(super) is_decoded: bool,
    pub(super) media_type: Option<String>,
    text: Option<String>,
}

/// Receives the body of a response.
pub(super) struct BodyReader {
    codings: Option<Vec<Coding>>,
    received: Bytes,
    limit: usize,
}

impl BodyReader {
    /// Prepares to receive up to `limit` bytes, after decoding.
    pub(super) fn new(response: &Response, limit: usize) -> Self {
        Self {
            codings: Coding::of(response.headers()),
            received: Bytes::default(),
            limit,
        }
    }

    /// Receives until the end of the body or the limit. Cancel safe: what was received is kept.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(super) async fn receive(&mut self, response: &mut Response) -> Result<(), reqwest::Error> {
        let limit = encoded_limit(self.codings.as_deref().unwrap_or_default(), self.limit);
        self.received.is_cut = true;
        while let Some(chunk) = response.chunk().await? {
            let room = limit - self.received.bytes.len();
            let fits = chunk.len().min(room);
            self.received.bytes.extend_from_slice(&chunk[..fits]);
            if fits < chunk.len() {
                return Ok(());
            }
        }
        self.received.is_cut = false;
        Ok(())
    }

    /// Returns what was received, decoded. A body with an unknown coding stays as it is.
    ///
    /// # Errors
    /// When the body is not what its coding says.
    pub(super) fn finish(self, headers: &HeaderMap) -> Result<Body, String> {
        let codings = self.codings.as_deref().unwrap_or_default();
        let Bytes { bytes, is_cut } = decode(codings, self.received, self.limit)?;
        // An unknown coding is not text, although its first bytes may look like it.
        let text = match self.codings {
            Some(_) => text(&bytes, headers, is_cut),
            None => None,
        };
        Ok(Body {
            bytes,
            is_truncated: is_cut,
            is_decoded: !codings.is_empty(),
            media_type: media_type(headers),
            text,
        })
    }
}

impl Body {
    /// Returns the body if it is text.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    pub(super) fn base64(&self) -> String {
        BASE64_STANDARD.encode(&self.bytes)
    }
}

/// What a body is, for messages.
impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.text.is_some() { "" } else { "binary, " };
        let more = if self.is_truncated { "more than " } else { "" };
        let media_type = self.media_type.as_deref().unwrap_or("no media type");
        write!(f, "{kind}{media_type}, {more}{} bytes", self.bytes.len())
    }
}
