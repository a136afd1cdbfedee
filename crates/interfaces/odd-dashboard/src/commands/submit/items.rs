use std::io::{self, BufRead, Read};

/// Most bytes of one submission that are read: more than any service accepts.
const MAX_ITEM_BYTES: usize = 2 * 1024 * 1024;

/// The submissions in a file: one on each line, or the items of one JSON array.
pub(super) struct Items<R> {
    reader: Lines<R>,
    form: Form,
}

/// One submission as it was written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Its text without surrounding white space, or the first [`MAX_ITEM_BYTES`] of it and one more.
    pub(super) text: Vec<u8>,
    /// The line on which it begins, from 1.
    pub(super) line: usize,
    /// The characters before it on this line.
    pub(super) indent: usize,
}

/// The way in which a file lists submissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Unknown,
    Lines,
    Array { has_items: bool },
    Ended,
}

/// Why the next submission cannot be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// Reading failed.
    Io(io::Error),
    /// The array is malformed between its items.
    Malformed {
        line: usize,
        column: usize,
        expected: &'static str,
    },
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl<R: BufRead> Items<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader: Lines {
                reader,
                line: 1,
                indent: 0,
                bytes: 0,
            },
            form: Form::Unknown,
        }
    }

    /// Returns the number of bytes that were read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.reader.bytes
    }

    /// Returns the next submission that is not blank, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Item>, Unreadable> {
        if self.form == Form::Unknown {
            self.reader.skip_byte_order_mark()?;
        }
        let first = self.reader.skip_white_space()?;
        match (self.form, first) {
            (Form::Unknown, Some(b'[')) => {
                self.reader.consume(b'[');
                self.form = Form::Array { has_items: false };
                self.next()
            }
            (Form::Unknown | Form::Lines | Form::Ended, None) => Ok(None),
            (Form::Unknown | Form::Lines, Some(_)) => {
                self.form = Form::Lines;
                self.reader.line_item().map(Some)
            }
            (Form::Array { .. }, Some(b']')) => {
                self.reader.consume(b']');
                self.form = Form::Ended;
                self.next()
            }
            (Form::Array { has_items: false }, Some(_)) => {
                self.form = Form::Array { has_items: true };
                self.reader.array_item().map(Some)
            }
            (Form::Array { has_items: true }, Some(b',')) => {
                self.reader.consume(b',');
                match self.reader.skip_white_space()? {
                    None | Some(b']' | b',') => Err(self.malformed("a submission")),
                    Some(_) => self.reader.array_item().map(Some),
                }
            }
            (Form::Array { .. }, _) => Err(self.malformed("`,` or `]`")),
            (Form::Ended, Some(_)) => Err(self.malformed("nothing after the array")),
        }
    }

    /// Returns `true` if the submissions are the items of an array.
    pub(super) fn are_array(&self) -> bool {
        matches!(self.form, Form::Array { .. } | Form::Ended)
    }

    fn malformed(&self, expected: &'static str) -> Unreadable {
        Unreadable::Malformed {
            line: self.reader.line,
            column: self.reader.indent + 1,
            expected,
        }
    }
}

/// A reader that knows its place.
struct Lines<R> {
    reader: R,
    /// The number of the line that has the next byte, from 1.
    line: usize,
    /// The characters before the next byte on its line.
    indent: usize,
    bytes: u64,
}

impl<R: BufRead> Lines<R> {
    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    /// Moves past the byte that was peeked.
    fn consume(&mut self, byte: u8) {
        self.reader.consume(1);
        self.bytes += 1;
        match byte {
            b'\n' => {
                self.line += 1;
                self.indent = 0;
            }
            // The first byte of a character.
            _ if byte & 0xc0 != 0x80 => self.indent += 1,
            _ => {}
        }
    }

    fn skip_byte_order_mark(&mut self) -> io::Result<()> {
        if self.reader.fill_buf()?.starts_with(&[0xef, 0xbb, 0xbf]) {
            self.reader.consume(3);
            self.bytes += 3;
        }
        Ok(())
    }

    /// Returns the first byte after white space without consuming it.
    fn skip_white_space(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(byte) if byte.is_ascii_whitespace() => self.consume(byte),
                other => return Ok(other),
            }
        }
    }

    /// Reads the rest of the line.
    fn line_item(&mut self) -> Result<Item, Unreadable> {
        let (line, indent) = (self.line, self.indent);
        let mut text = Vec::new();
        let limit = MAX_ITEM_BYTES as u64 + 1;
        let read = (&mut self.reader)
            .take(limit)
            .read_until(b'\n', &mut text)?;
        self.bytes += read as u64;
        if text.ends_with(b"\n") {
            self.line += 1;
            self.indent = 0;
        }
        text.truncate(text.trim_ascii_end().len());
        Ok(Item { text, line, indent })
    }

    /// Reads one item of an array, up to the end of its brackets; of another value, up to the comma or the end of the
    /// array.
    fn array_item(&mut self) -> Result<Item, Unreadable> {
        let (line, indent) = (self.line, self.indent);
        let mut text = Vec::new();
        let mut depth = 0_usize;
        let (mut in_string, mut is_escaped) = (false, false);
        while let Some(byte) = self.peek()?
            && text.len() <= MAX_ITEM_BYTES
        {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if in_string => is_escaped = true,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b',' | b']' | b'}' if depth == 0 => break,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            text.push(byte);
            self.consume(byte);
            if depth == 0 && matches!(byte, b'}' | b']') && !in_string {
                break;
            }
        }
        text.truncate(text.trim_ascii_end().len());
        Ok(Item { text, line, indent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, usize, usize)>, Unreadable> {
        // A small buffer, so that items span several reads.
        let mut items = Items::new(io::BufReader::with_capacity(7, text.as_bytes()));
        let mut found = Vec::new();
        while let Some(item) = items.next()? {
            let text = String::from_utf8(item.text).expect("text");
            found.push((text, item.line, item.indent));
        }
        assert_eq!(items.bytes(), text.len() as u64);
        Ok(found)
    }

    #[test]
    fn lines_and_arrays_are_read_with_their_places() {
        let lines = "\u{feff}\n{\"a\":1}\r\n\n  {\"b\":2}";
        let expected = [("{\"a\":1}", 2, 0), ("{\"b\":2}", 4, 2)]
            .map(|(text, line, indent)| (text.to_owned(), line, indent));
        assert_eq!(read(lines).expect("reads"), expected);

        let array = " [ {\"a\":\"é]}\\\"\"}, {\n\"b\":[{}]}\n,1 ,\"x,]\"] \n";
        let expected = [
            ("{\"a\":\"é]}\\\"\"}", 1, 3),
            ("{\n\"b\":[{}]}", 1, 18),
            ("1", 3, 1),
            ("\"x,]\"", 3, 4),
        ]
        .map(|(text, line, indent)| (text.to_owned(), line, indent));
        assert_eq!(read(array).expect("reads"), expected);
        assert_eq!(read("[]").expect("reads"), []);
    }

    #[test]
    fn malformed_arrays_are_refused_at_their_place() {
        for (text, place) in [
            ("[{}\n {}]", (2, 2)),
            ("[{},]", (1, 5)),
            ("[{},,{}]", (1, 5)),
            ("[{}]\n{}", (2, 1)),
            ("[{}", (1, 4)),
            ("[", (1, 2)),
        ] {
            match read(text).expect_err(text) {
                Unreadable::Malformed { line, column, .. } => {
                    assert_eq!((line, column), place, "{text}");
                }
                Unreadable::Io(error) => panic!("{error}"),
            }
        }
    }
}
