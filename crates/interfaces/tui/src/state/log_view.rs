use std::time::Duration;

use odd_client::inert;
use odd_contracts::{AttemptLog, JobId, LogLine, LogStream, Timestamp};

use super::{Cursor, Following};
use crate::data::{Resource, Span};
use crate::effect::LogPage;
use crate::message::LoadResult;
use crate::wrap;

/// Columns before the text of a line: the cursor, the time of day and the stream.
pub(crate) const MARGIN: usize = 2 + 8 + 1 + 3 + 1;

/// Largest number of lines that are kept; no attempt has more today.
const LINES: usize = 2_000;

/// The loaded part of the log of an attempt: the newest lines, and older ones as far as they were read.
#[derive(Debug, Default)]
pub(crate) struct LogView {
    /// Whether the newest lines are loaded.
    pub(crate) newest: Resource<()>,
    lines: Vec<LogEntry>,
    older: Option<String>,
    following: Following,
    rows: Vec<LogRow>,
    pub(crate) cursor: Cursor,
    width: usize,
}

/// A line of a log, safe to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogEntry {
    pub(crate) at: Timestamp,
    pub(crate) stream: LogStream,
    pub(crate) text: String,
}

/// A line on the screen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogRow {
    pub(crate) line: usize,
    pub(crate) part: Span,
}

impl From<&LogLine> for LogEntry {
    fn from(line: &LogLine) -> Self {
        Self {
            at: line.at,
            stream: line.stream,
            text: inert(&line.line).into_owned(),
        }
    }
}

impl LogView {
    /// Returns the loaded lines, oldest first.
    pub(crate) fn lines(&self) -> &[LogEntry] {
        &self.lines
    }

    pub(crate) fn rows(&self) -> &[LogRow] {
        &self.rows
    }

    /// Whether lines before the loaded ones exist.
    pub(crate) fn has_older(&self) -> bool {
        self.older.is_some()
    }

    /// Returns the line under the cursor.
    pub(crate) fn selected(&self) -> Option<&LogEntry> {
        let row = self.rows.get(self.cursor.selected())?;
        self.lines.get(row.line)
    }

    pub(crate) fn move_by(&mut self, rows: isize, height: usize) {
        self.cursor.move_by(rows, self.rows.len(), height);
    }

    /// Moves the cursor to a line of the screen.
    pub(crate) fn select_row(&mut self, row: usize, height: usize) {
        self.cursor.select(row, self.rows.len(), height);
    }

    /// Moves the cursor to a line of the log.
    pub(crate) fn reveal(&mut self, line: usize, height: usize) {
        let row = self.rows.partition_point(|row| row.line < line);
        self.select_row(row, height);
    }

    /// Returns the page before the oldest loaded line, and notes that it is requested, when the cursor is near that line.
    pub(crate) fn begin_older(
        &mut self,
        job_id: JobId,
        attempt: u32,
        now: Duration,
    ) -> Option<LogPage> {
        let is_near = self.cursor.selected() < 50 && !self.lines.is_empty();
        let has_room = self.lines.len() < LINES;
        let cursor = self.older.clone()?;
        if !is_near || !has_room || !self.following.begins(now) {
            return None;
        }
        Some(LogPage {
            job_id,
            attempt,
            cursor: Some(cursor),
        })
    }

    /// Stores a page of lines, newest first.
    pub(crate) fn take(
        &mut self,
        page: &LogPage,
        answer: LoadResult<AttemptLog>,
        now: Duration,
        height: usize,
    ) {
        let log = match answer {
            Ok(log) => log,
            Err(_) if page.cursor.is_some() => return self.following.finish(false, now),
            Err(why) => return self.newest.finish(Err(why), now),
        };
        let lines: Vec<_> = log.lines.iter().rev().map(LogEntry::from).collect();
        match &page.cursor {
            None => {
                self.newest.finish(Ok(()), now);
                self.add_newest(lines, log.next_cursor, height);
            }
            Some(_) => {
                self.following.finish(true, now);
                if page.cursor == self.older {
                    self.add_older(lines, log.next_cursor, height);
                }
            }
        }
    }

    /// Arranges the lines for another width.
    pub(crate) fn fit(&mut self, width: usize, height: usize) {
        if self.width != width {
            let selected = self.rows.get(self.cursor.selected()).map(|row| row.line);
            self.width = width;
            self.rows = self.arranged(0);
            if let Some(line) = selected {
                self.reveal(line, height);
            }
        }
    }

    /// Adds lines at the end. A cursor at the end stays there, so that a running job can be followed.
    fn add_newest(&mut self, lines: Vec<LogEntry>, older: Option<String>, height: usize) {
        let is_following = self.cursor.selected() + 1 >= self.rows.len();
        let known = overlap(&self.lines, &lines);
        let is_full = self.lines.len() + lines.len() - known > LINES;
        if known == 0 || is_full {
            // What is between the known lines and these is not loaded: start from these.
            self.lines = lines;
            self.older = older;
            self.rows = self.arranged(0);
        } else {
            let first = self.lines.len();
            self.lines.extend(lines.into_iter().skip(known));
            let added = self.arranged(first);
            self.rows.extend(added);
        }
        let row = match is_following {
            true => usize::MAX,
            false => self.cursor.selected(),
        };
        self.select_row(row, height);
    }

    fn add_older(&mut self, lines: Vec<LogEntry>, older: Option<String>, height: usize) {
        self.older = older;
        let before = self.rows.len();
        self.lines.splice(0..0, lines);
        self.rows = self.arranged(0);
        // A cursor at the very top asks for the first line.
        if !self.cursor.is_at_top() {
            self.cursor.shift(self.rows.len() - before);
        }
        self.select_row(self.cursor.selected(), height);
    }

    /// Returns the rows of the lines from `first`.
    fn arranged(&self, first: usize) -> Vec<LogRow> {
        let room = self.width.saturating_sub(MARGIN).max(8);
        let lines = self.lines.iter().enumerate().skip(first);
        let rows = lines.flat_map(|(line, entry)| {
            let pieces = wrap::pieces(&entry.text, room).into_iter();
            pieces.filter_map(move |piece| {
                let part = Span::try_from(piece).ok()?;
                Some(LogRow { line, part })
            })
        });
        rows.collect()
    }
}

/// Returns how many of the first lines of `page` are the last of `known`.
fn overlap(known: &[LogEntry], page: &[LogEntry]) -> usize {
    let longest = page.len().min(known.len());
    let counts = (1..=longest).rev();
    let mut matching = counts.filter(|count| known.ends_with(&page[..*count]));
    matching.next().unwrap_or(0)
}

#[cfg(test)]
mod tests;
