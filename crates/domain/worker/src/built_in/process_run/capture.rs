use std::collections::VecDeque;

use odd_contracts::LogStream;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::current_line::CurrentLine;
use crate::JobContext;
use crate::built_in::values::{inert_text, plain_line};
use crate::text::{last_chars, without_middle};

const MAX_TAIL_BYTES: usize = 64 * 1024;
const READ_BYTES: usize = 16 * 1024;

/// Lines at the end that an error message shows.
const LAST_LINES: usize = 10;
/// Characters of the last line in an error message.
const LAST_LINE_CHARS: usize = 1_000;
/// Characters of the lines before it.
const LINES_BEFORE_CHARS: usize = 2_000;

/// Captures one output stream of a program: logs its lines and keeps its end.
pub(super) struct Capture {
    stream: LogStream,
    line: CurrentLine,
    /// The last lines that are not blank.
    last_lines: VecDeque<String>,
    tail: Vec<u8>,
    total_bytes: u64,
}

impl Capture {
    pub(super) fn new(stream: LogStream) -> Self {
        Self {
            stream,
            line: CurrentLine::default(),
            last_lines: VecDeque::new(),
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
        if self.line.has_begun() {
            self.end_line(ctx);
        }
    }

    /// Returns the end of the output for an error message, on one line and without terminal escapes: the last line that is not
    /// blank, and those before it.
    pub(super) fn end(&self) -> Option<(String, String)> {
        let lines = self.last_lines.iter().map(|line| plain_line(line));
        let mut lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
        let last = without_middle(lines.pop()?, LAST_LINE_CHARS);
        let before = lines.join(" | ");
        let shown = last_chars(&before, LINES_BEFORE_CHARS);
        let cut = if shown.len() < before.len() {
            "…"
        } else {
            ""
        };
        Some((last, format!("{cut}{shown}")))
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
        self.omitted_bytes() > 0
    }

    /// Returns how many bytes there were before the tail.
    pub(super) fn omitted_bytes(&self) -> u64 {
        self.total_bytes.saturating_sub(MAX_TAIL_BYTES as u64)
    }

    fn push(&mut self, bytes: &[u8], ctx: &JobContext) {
        self.total_bytes += bytes.len() as u64;
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * MAX_TAIL_BYTES {
            self.tail.drain(..self.tail.len() - MAX_TAIL_BYTES);
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(text) => {
                    self.line.push(text);
                    self.end_line(ctx);
                }
                None => self.line.push(piece),
            }
        }
    }

    fn end_line(&mut self, ctx: &JobContext) {
        let text = self.line.take();
        if !text.trim().is_empty() {
            if self.last_lines.len() == LAST_LINES {
                self.last_lines.pop_front();
            }
            self.last_lines.push_back(text.clone());
        }
        ctx.log(self.stream, text);
    }
}

/// The output of a program. When it is dropped, last lines without a line end are logged: also when the attempt is ended from
/// outside, for example because it timed out.
pub(super) struct Output<'a> {
    pub(super) stdout: Capture,
    pub(super) stderr: Capture,
    ctx: &'a JobContext,
}

impl<'a> Output<'a> {
    pub(super) fn new(ctx: &'a JobContext) -> Self {
        Self {
            stdout: Capture::new(LogStream::Stdout),
            stderr: Capture::new(LogStream::Stderr),
            ctx,
        }
    }

    pub(super) fn finish(&mut self) {
        self.stdout.finish(self.ctx);
        self.stderr.finish(self.ctx);
    }

    /// Returns what the program reported at its end, for an error message: the end of stderr, or of stdout if stderr is empty.
    pub(super) fn report(&self) -> String {
        let stderr = self.stderr.end().map(|end| (end, "stderr"));
        match stderr.or_else(|| self.stdout.end().map(|end| (end, "stdout"))) {
            None => String::new(),
            Some(((last, before), _)) if before.is_empty() => format!(": {last}"),
            Some(((last, before), name)) => format!(": {last} ({name} before it: {before})"),
        }
    }
}

impl Drop for Output<'_> {
    fn drop(&mut self) {
        self.finish();
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
        let lines = signals.take_rest().lines.into_iter().map(|line| line.line);
        (capture, lines.collect())
    }

    #[tokio::test]
    async fn lines_end_with_either_line_end_or_the_stream() {
        let (capture, lines) = captured(b"one\r\n\ntwo\xff\0\nthree").await;
        assert_eq!(lines, ["one", "", "two\u{fffd}\u{fffd}", "three"]);
        let end = ("three".to_owned(), "one | two\u{fffd}\u{fffd}".to_owned());
        assert_eq!(capture.end(), Some(end));
        assert_eq!(capture.tail(), "one\r\n\ntwo\u{fffd}\u{fffd}\nthree");
        assert!(!capture.is_truncated());
        let (capture, lines) = captured(b"").await;
        assert!(lines.is_empty() && capture.end().is_none());
    }

    #[tokio::test]
    async fn error_message_shows_the_end_without_terminal_escapes() {
        let (capture, _) =
            captured(b"\x1b]0;title\x07\x1b[31mno\x1b[0m space\x07\x1b[2K\n\x1b[0m\n").await;
        assert_eq!(capture.end(), Some(("no space".to_owned(), String::new())));
        let many = (0..50).map(|n| format!("{n} {}\n", "é".repeat(300)));
        let (capture, _) = captured(many.collect::<String>().as_bytes()).await;
        let (last, before) = capture.end().expect("has text");
        assert!(last.starts_with("49 é"), "{last}");
        assert!(before.starts_with('…') && before.ends_with('é'), "{before}");
        assert!(before.contains(" | 48 é"), "{before}");
        assert_eq!(before.chars().count(), LINES_BEFORE_CHARS + 1);
        let (capture, _) = captured("x".repeat(5_000).as_bytes()).await;
        let (last, _) = capture.end().expect("has text");
        assert!(last.contains("bytes omitted"), "{last}");
        assert!(last.chars().count() <= LAST_LINE_CHARS);
    }

    #[tokio::test]
    async fn endless_line_uses_bounded_memory() {
        let (capture, lines) = captured(&vec![b'x'; 1_000_000]).await;
        assert_eq!(lines.len(), 1);
        assert!(lines[0].contains("bytes omitted"));
        assert!(lines[0].chars().count() <= 4_096);
        assert_eq!(capture.omitted_bytes(), 1_000_000 - MAX_TAIL_BYTES as u64);
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
