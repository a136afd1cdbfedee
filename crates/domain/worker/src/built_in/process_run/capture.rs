use odd_contracts::LogStream;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::JobContext;
use crate::built_in::values::inert_text;

/// More than a log line can show: 4,096 characters of at most four bytes.
const MAX_LINE_BYTES: usize = 16 * 1024;
const MAX_TAIL_BYTES: usize = 64 * 1024;
const READ_BYTES: usize = 16 * 1024;

/// Captures one output stream of a program: logs its lines and keeps its end.
pub(super) struct Capture {
    stream: LogStream,
    /// The current, unfinished line.
    line: Vec<u8>,
    in_line: bool,
    last_line: String,
    tail: Vec<u8>,
    total_bytes: u64,
}

impl Capture {
    pub(super) fn new(stream: LogStream) -> Self {
        Self {
            stream,
            line: Vec::new(),
            in_line: false,
            last_line: String::new(),
            tail: Vec::new(),
            total_bytes: 0,
        }
    }

    /// Reads until the stream ends or fails. Cancel safe: what was read is kept.
    pub(super) async fn pump(
        &mut self,
        from: &mut Option<impl AsyncRead + Unpin>,
        ctx: &JobContext,
    ) {
        let Some(from) = from else {
            return;
        };
        let mut buffer = vec![0; READ_BYTES];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            self.push(&buffer[..count], ctx);
        }
    }

    /// Logs the last line if it has no line end.
    pub(super) fn finish(&mut self, ctx: &JobContext) {
        if self.in_line {
            self.end_line(ctx);
        }
    }

    /// Returns the last line that was not empty.
    pub(super) fn last_line(&self) -> &str {
        &self.last_line
    }

    /// Returns the last 64 KiB as text.
    pub(super) fn tail(&self) -> String {
        let start = self.tail.len().saturating_sub(MAX_TAIL_BYTES);
        let is_continuation = |byte: &u8| byte & 0b1100_0000 == 0b1000_0000;
        let cut = if self.is_truncated() {
            self.tail[start..]
                .iter()
                .take(3)
                .take_while(|byte| is_continuation(byte))
                .count()
        } else {
            0
        };
        inert_text(&self.tail[start + cut..])
    }

    /// Returns `true` if there was more output than the tail.
    pub(super) fn is_truncated(&self) -> bool {
        self.total_bytes > MAX_TAIL_BYTES as u64
    }

    fn push(&mut self, bytes: &[u8], ctx: &JobContext) {
        self.total_bytes += bytes.len() as u64;
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * MAX_TAIL_BYTES {
            self.tail.drain(..self.tail.len() - MAX_TAIL_BYTES);
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            let room = MAX_LINE_BYTES - self.line.len();
            self.line.extend_from_slice(&text[..text.len().min(room)]);
            self.in_line = true;
            if ends {
                self.end_line(ctx);
            }
        }
    }

    fn end_line(&mut self, ctx: &JobContext) {
        let text = inert_text(self.line.strip_suffix(b"\r").unwrap_or(&self.line));
        self.line.clear();
        self.in_line = false;
        if !text.trim().is_empty() {
            self.last_line.clone_from(&text);
        }
        ctx.log(self.stream, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JobContextParts, JobSignals};

    fn context() -> (JobContext, JobSignals) {
        JobContext::new(JobContextParts::trial(
            "process.run".parse().expect("legal"),
            None,
        ))
    }

    async fn captured(bytes: &[u8]) -> (Capture, Vec<String>) {
        let (ctx, signals) = context();
        let mut capture = Capture::new(LogStream::Stdout);
        capture.pump(&mut Some(bytes), &ctx).await;
        capture.finish(&ctx);
        let lines = signals.take().lines.into_iter().map(|line| line.line);
        (capture, lines.collect())
    }

    #[tokio::test]
    async fn lines_end_with_either_line_end_or_the_stream() {
        let (capture, lines) = captured(b"one\r\n\ntwo\xff\0\nthree").await;
        assert_eq!(lines, ["one", "", "two\u{fffd}\u{fffd}", "three"]);
        assert_eq!(capture.last_line(), "three");
        assert_eq!(capture.tail(), "one\r\n\ntwo\u{fffd}\u{fffd}\nthree");
        assert!(!capture.is_truncated());
        assert!(captured(b"").await.1.is_empty());
    }

    #[tokio::test]
    async fn endless_line_uses_bounded_memory() {
        let (capture, lines) = captured(&vec![b'x'; 1_000_000]).await;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].chars().count(), 4_096);
        assert!(capture.tail.capacity() < 1_000_000);
        assert_eq!(capture.tail().len(), MAX_TAIL_BYTES);
        assert!(capture.is_truncated());
    }

    #[tokio::test]
    async fn the_tail_begins_with_a_whole_character() {
        let (capture, _) = captured("é".repeat(MAX_TAIL_BYTES).as_bytes()).await;
        assert!(capture.tail().chars().all(|c| c == 'é'));
        let (capture, _) = captured(format!("x{}y", "é".repeat(MAX_TAIL_BYTES)).as_bytes()).await;
        assert!(capture.tail().starts_with('é'), "{:.9}", capture.tail());
    }
}
