use crate::built_in::values::inert_text;
use crate::context::MAX_LINE_CHARS;
use crate::text::joined_ends;

/// More than a log line can show: 4,096 characters of at most four bytes.
const START_BYTES: usize = 16 * 1024;

/// More than the second half of a log line.
const END_BYTES: usize = 8 * 1024;

/// The line that a program writes at the moment, as a terminal shows it: text after a carriage return replaces what was before.
#[derive(Default)]
pub(super) struct CurrentLine {
    /// The first bytes.
    start: Vec<u8>,
    /// The last ones, if there are more.
    end: Vec<u8>,
    bytes: u64,
    has_begun: bool,
    /// Whether the next text replaces the line.
    is_returned: bool,
}

impl CurrentLine {
    /// Returns `true` if something was written since the last line end.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Adds bytes without a line feed.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.has_begun = true;
        for piece in bytes.split_inclusive(|byte| *byte == b'\r') {
            let (text, returns) = match piece.strip_suffix(b"\r") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            if !text.is_empty() {
                if self.is_returned {
                    self.clear();
                }
                self.append(text);
            }
            self.is_returned |= returns;
        }
    }

    /// Returns the line and begins the next one. Of a line that is too long for the log, the start and the end are kept.
    pub(super) fn take(&mut self) -> String {
        let start = inert_text(&self.start);
        let line = if self.end.is_empty() {
            start
        } else {
            let rest = END_BYTES.saturating_sub(self.end.len());
            let mut end = self.start[START_BYTES - rest..].to_vec();
            end.extend_from_slice(&self.end);
            joined_ends(&start, &inert_text(&end), self.bytes, MAX_LINE_CHARS)
        };
        self.clear();
        self.has_begun = false;
        line
    }

    fn append(&mut self, text: &[u8]) {
        self.bytes += text.len() as u64;
        let room = START_BYTES - self.start.len();
        let (fits, rest) = text.split_at(text.len().min(room));
        self.start.extend_from_slice(fits);
        self.end.extend_from_slice(rest);
        if self.end.len() > 2 * END_BYTES {
            self.end.drain(..self.end.len() - END_BYTES);
        }
    }

    fn clear(&mut self) {
        self.start.clear();
        self.end.clear();
        self.bytes = 0;
        self.is_returned = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(pieces: &[&str]) -> String {
        let mut line = CurrentLine::default();
        pieces.iter().for_each(|piece| line.push(piece.as_bytes()));
        line.take()
    }

    #[test]
    fn text_after_a_carriage_return_replaces_the_line() {
        assert_eq!(line_of(&["10 %\r20 %\r100 %"]), "100 %");
        assert_eq!(line_of(&["10 %\r", "20 %"]), "20 %");
        assert_eq!(line_of(&["10 %", "\r", "\r", "20", " %"]), "20 %");
        assert_eq!(line_of(&["100 %\r"]), "100 %");
        assert_eq!(line_of(&["100 %\r\r"]), "100 %");
        assert_eq!(line_of(&["\r\rERROR"]), "ERROR");
    }

    #[test]
    fn replaced_text_needs_no_memory() {
        let mut line = CurrentLine::default();
        for percent in 0..100_000 {
            line.push(format!("\r{percent} {}", "#".repeat(50)).as_bytes());
        }
        assert!(line.start.capacity() < 1_000 && line.end.is_empty());
        line.push(b"\rERROR: disk quota exceeded");
        assert_eq!(line.take(), "ERROR: disk quota exceeded");
    }

    #[test]
    fn start_and_end_of_a_long_line_are_kept() {
        let mut line = CurrentLine::default();
        line.push(b"begin ");
        for _ in 0..100 {
            line.push("é".repeat(5_000).as_bytes());
        }
        line.push(" finish".as_bytes());
        let memory = line.start.capacity() + line.end.capacity();
        assert!(memory < 200_000, "{memory}");
        let text = line.take();
        assert!(text.starts_with("begin é") && text.ends_with("é finish"));
        assert!(text.chars().count() <= MAX_LINE_CHARS);
        let kept = text.chars().filter(|c| *c == 'é').count() * 2 + 13;
        let notice = format!("é … {} bytes omitted … é", 1_000_013 - kept);
        assert!(text.contains(&notice), "{notice}");
        assert!(!text.contains('\u{fffd}'));
        line.push("é".repeat(START_BYTES / 2).as_bytes());
        line.push(b"x");
        let text = line.take();
        let kept = text.chars().filter(|c| *c == 'é').count();
        assert_eq!(kept, 2 * 2_026 - 1, "{text}");
        line.push(b"next");
        assert_eq!(line.take(), "next");
    }
}
