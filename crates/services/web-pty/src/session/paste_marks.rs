/// What a terminal sends before pasted text.
pub(super) const PASTE_START: &[u8] = b"\x1b[200~";
/// What a terminal sends after pasted text.
pub(super) const PASTE_END: &[u8] = b"\x1b[201~";

/// Finds the marks of pasted text in input that arrives in pieces.
#[derive(Debug, Default)]
pub(super) struct PasteMarks {
    is_pasting: bool,
    /// Bytes of the next mark that were seen.
    matched: usize,
}

impl PasteMarks {
    /// Whether the input so far ends within pasted text.
    pub(super) const fn is_pasting(&self) -> bool {
        self.is_pasting
    }

    /// Reads input to its end.
    pub(super) fn read(&mut self, input: &[u8]) {
        for byte in input {
            self.read_byte(*byte);
        }
    }

    /// Reads input up to the end of pasted text, and returns the number of bytes read: all of them if it does not end.
    pub(super) fn read_paste(&mut self, input: &[u8]) -> usize {
        let mut read = 0;
        while self.is_pasting && read < input.len() {
            self.read_byte(input[read]);
            read += 1;
        }
        read
    }

    fn read_byte(&mut self, byte: u8) {
        let mark = if self.is_pasting {
            PASTE_END
        } else {
            PASTE_START
        };
        self.matched = if byte == mark[self.matched] {
            self.matched + 1
        } else {
            // Only the first byte of a mark is also the start of one.
            usize::from(byte == mark[0])
        };
        if self.matched == mark.len() {
            self.matched = 0;
            self.is_pasting = !self.is_pasting;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_they_are_split() {
        let input = b"a\x1b\x1b[200~b\x1b[20\x1b[201~c";
        let starts = 1 + 1 + PASTE_START.len();
        for split in 0..=input.len() {
            let mut marks = PasteMarks::default();
            marks.read(&input[..split]);
            let is_inside = (starts..input.len() - 1).contains(&split);
            assert_eq!(marks.is_pasting(), is_inside, "{split}");
            marks.read(&input[split..]);
            assert!(!marks.is_pasting(), "{split}");
        }
    }

    #[test]
    fn paste_is_read_up_to_its_end() {
        let mut marks = PasteMarks::default();
        assert_eq!(marks.read_paste(b"key"), 0);
        marks.read(b"\x1b[200~");
        assert_eq!(marks.read_paste(b"text\x1b[20"), 8);
        assert_eq!(marks.read_paste(b"1~key"), 2);
    }
}
