use std::collections::VecDeque;

use odd_contracts::{LogLine, LogStream};

/// Lines at the end of a log that are kept, with the one that contains the number of omitted ones before them.
const LAST_LINES: usize = 500;

/// Bytes of these lines that are kept in memory.
const LAST_BYTES: usize = 1024 * 1024;

/// The end of a log: the last 500 lines that were added, up to 1 MiB.
#[derive(Debug, Default)]
pub(crate) struct LogEnd {
    lines: VecDeque<LogLine>,
    bytes: usize,
    dropped: u64,
}

impl LogEnd {
    /// Adds a line, and drops the oldest ones beyond the bounds.
    pub(crate) fn push(&mut self, line: LogLine) {
        self.bytes += line.line.len();
        self.lines.push_back(line);
        while self.lines.len() > LAST_LINES || self.bytes > LAST_BYTES {
            self.drop_oldest();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns how many lines are missing in what [`Self::take`] would return.
    pub(crate) fn omitted(&self) -> u64 {
        let replaced = self.dropped > 0 && self.lines.len() == LAST_LINES;
        self.dropped + u64::from(replaced)
    }

    /// Takes the lines, preceded by one that contains the number of omitted ones, if any were.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = LogLine> {
        let omitted = self.omitted();
        if omitted > self.dropped {
            self.drop_oldest();
        }
        let lines = std::mem::take(self).lines;
        let notice = lines.front().filter(|_| omitted > 0).map(|next| LogLine {
            at: next.at,
            stream: LogStream::Log,
            line: match omitted {
                1 => "1 line omitted".to_owned(),
                _ => format!("{omitted} lines omitted"),
            },
        });
        notice.into_iter().chain(lines)
    }

    fn drop_oldest(&mut self) {
        if let Some(line) = self.lines.pop_front() {
            self.bytes -= line.line.len();
            self.dropped += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::Timestamp;

    use super::*;

    fn line(text: String) -> LogLine {
        LogLine {
            at: Timestamp::from_micros(0),
            stream: LogStream::Stdout,
            line: text,
        }
    }

    fn end_of(lines: impl Iterator<Item = String>) -> (u64, Vec<String>) {
        let mut end = LogEnd::default();
        lines.map(line).for_each(|line| end.push(line));
        (end.omitted(), end.take().map(|line| line.line).collect())
    }

    #[test]
    fn nothing_is_omitted_within_the_bounds() {
        let (omitted, lines) = end_of((0..500).map(|n| n.to_string()));
        assert_eq!((omitted, lines.len()), (0, 500));
        assert_eq!((lines[0].as_str(), lines[499].as_str()), ("0", "499"));
        assert!(end_of(std::iter::empty()).1.is_empty());
    }

    #[test]
    fn omitted_lines_are_counted_in_a_line_of_their_own() {
        for (count, omitted) in [(501, 2), (502, 3), (10_000, 9_501)] {
            let (counted, lines) = end_of((0..count).map(|n| n.to_string()));
            assert_eq!((counted, lines.len()), (omitted, 500));
            assert_eq!(lines[0], format!("{omitted} lines omitted"));
            assert_eq!(lines[1], omitted.to_string());
            assert_eq!(lines[499], (count - 1).to_string());
        }
    }

    #[test]
    fn long_lines_are_omitted_beyond_the_bound_of_bytes() {
        let (omitted, lines) = end_of((0..5).map(|_| "x".repeat(300 * 1024)));
        assert_eq!(omitted, 2);
        assert_eq!(lines.len(), 1 + 3);
        let (_, lines) = end_of((0..4).map(|_| "x".repeat(300 * 1024)));
        assert_eq!(lines[0], "1 line omitted");
    }
}
