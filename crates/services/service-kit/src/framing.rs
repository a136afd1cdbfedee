use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use memchr::memchr;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::write_limit::WriteLimit;

/// Marks a request whose length is ambiguous.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AmbiguousFraming;

/// Set once a connection has received a head with both `Transfer-Encoding` and `Content-Length`. hyper removes the
/// latter before any handler sees it, but a proxy in front may have used it (RFC 9112, 6.1).
#[derive(Debug, Clone, Default)]
pub(crate) struct FramingFlag(Arc<AtomicBool>);

impl FramingFlag {
    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A TCP stream that detects ambiguous heads, and that fails if the client does not read.
pub(crate) struct WatchedStream {
    stream: TcpStream,
    writes: WriteLimit,
    watch: HeadWatch,
    flag: FramingFlag,
}

impl WatchedStream {
    pub(crate) fn new(stream: TcpStream, writes: WriteLimit) -> (Self, FramingFlag) {
        let flag = FramingFlag::default();
        let watched = Self {
            stream,
            writes,
            watch: HeadWatch::default(),
            flag: flag.clone(),
        };
        (watched, flag)
    }

    /// Returns the plain TCP stream.
    pub(crate) fn into_inner(self) -> TcpStream {
        self.stream
    }
}

const LONGEST_NAME: usize = b"transfer-encoding:".len();

/// Scans blocks of lines between blank lines, wherever reads split them. It scans bodies too: one can at worst set the flag
/// for the client that sent it.
#[derive(Debug, Default)]
struct HeadWatch {
    line_start: [u8; LONGEST_NAME],
    line_length: usize,
    has_length: bool,
    has_encoding: bool,
}

impl HeadWatch {
    /// Returns `true` if the bytes complete an ambiguous block.
    fn scan(&mut self, mut bytes: &[u8]) -> bool {
        let mut is_ambiguous = false;
        while let Some(end) = memchr(b'\n', bytes) {
            self.extend_line(&bytes[..end]);
            is_ambiguous |= self.end_line();
            bytes = &bytes[end + 1..];
        }
        self.extend_line(bytes);
        is_ambiguous
    }

    fn extend_line(&mut self, part: &[u8]) {
        let kept = self.line_length.min(LONGEST_NAME);
        let free = &mut self.line_start[kept..];
        let taken = part.len().min(free.len());
        free[..taken].copy_from_slice(&part[..taken]);
        self.line_length += part.len();
    }

    fn end_line(&mut self) -> bool {
        let start = &self.line_start[..self.line_length.min(LONGEST_NAME)];
        if start.is_empty() || start == b"\r" {
            self.has_length = false;
            self.has_encoding = false;
        } else {
            self.has_length |= begins_with(start, b"content-length:");
            self.has_encoding |= begins_with(start, b"transfer-encoding:");
        }
        self.line_length = 0;
        self.has_length && self.has_encoding
    }
}

fn begins_with(line: &[u8], name: &[u8]) -> bool {
    line.len() >= name.len() && line[..name.len()].eq_ignore_ascii_case(name)
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if self.watch.scan(&buffer.filled()[before..]) {
            self.flag.0.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.writes.apply(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.writes.apply(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_headers_in_one_head_are_detected_wherever_it_is_split() {
        let head = b"POST / HTTP/1.1\r\nContent-LENGTH: 3\r\nHost: x\r\ntransfer-Encoding: chunked\r\n\r\n";
        for split in 0..head.len() {
            let mut watch = HeadWatch::default();
            let first = watch.scan(&head[..split]);
            assert!(first | watch.scan(&head[split..]), "split at {split}");
        }
    }

    #[test]
    fn headers_of_separate_heads_are_not_combined() {
        let mut watch = HeadWatch::default();
        let pipelined = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}POST / HTTP/1.1\r\nX-Content-Length: 1\r\n\
            Transfer-Encoding: chunked\r\n\r\n";
        assert!(!watch.scan(pipelined));
    }
}
