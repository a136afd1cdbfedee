use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes that are read at once.
const READ_BYTES: usize = 64 * 1024;

/// Longer lines are cut.
const LINE_BYTES: usize = 4 * 1024;

/// The lines that are appended to a file.
#[derive(Debug)]
pub(super) struct Tail {
    file: File,
    /// The beginning of a line that is not complete.
    partial: Vec<u8>,
}

impl Tail {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: File::open(path)?,
            partial: Vec::new(),
        })
    }

    /// Returns the complete lines since the last call; of many, the next 64 KiB.
    pub(super) fn lines(&mut self) -> Vec<String> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(READ_BYTES).unwrap_or(u64::MAX);
        // The file may be on a disk that fails; what was read is shown.
        let _ = (&self.file).take(limit).read_to_end(&mut bytes);
        let mut lines = Vec::new();
        for byte in bytes {
            match byte {
                b'\n' => lines.push(self.complete()),
                _ if self.partial.len() < LINE_BYTES => self.partial.push(byte),
                _ => {}
            }
        }
        lines
    }

    /// Returns the last line, which has no end.
    pub(super) fn rest(&mut self) -> Option<String> {
        (!self.partial.is_empty()).then(|| self.complete())
    }

    fn complete(&mut self) -> String {
        let line = String::from_utf8_lossy(&self.partial).into_owned();
        self.partial.clear();
        line
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_are_returned_when_they_are_complete() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let mut tail = Tail::open(file.path()).expect("it exists");
        file.write_all(b"one\ntw").expect("written");
        assert_eq!(tail.lines(), ["one"]);
        file.write_all(b"o\n\xff\n").expect("written");
        assert_eq!(tail.lines(), ["two", "\u{fffd}"]);
        assert!(tail.lines().is_empty());
    }

    #[test]
    fn long_line_is_cut() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let mut tail = Tail::open(file.path()).expect("it exists");
        file.write_all(&[b'x'; LINE_BYTES + 5]).expect("written");
        file.write_all(b"\n").expect("written");
        assert_eq!(tail.lines()[0].len(), LINE_BYTES);
    }
}
