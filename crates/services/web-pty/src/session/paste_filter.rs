use bytes::{Bytes, BytesMut};

use super::paste_marks::{PASTE_END, PASTE_START};

/// Removes pasted text from input: what a terminal marks as bracketed paste.
#[derive(Debug, Default)]
pub(super) struct PasteFilter {
    is_pasting: bool,
    /// The start of a mark at the end of the input before.
    partial: Vec<u8>,
}

impl PasteFilter {
    /// Returns the input without pasted text, and whether there was some.
    pub(super) fn filter(&mut self, input: &[u8]) -> (Bytes, bool) {
        let mut all = std::mem::take(&mut self.partial);
        all.extend_from_slice(input);
        let mut rest = &all[..];
        let mut typed = BytesMut::new();
        let mut has_paste = self.is_pasting;
        loop {
            // Outside of pasted text, a single ESC is a key and not kept back.
            let (mark, least) = if self.is_pasting {
                (PASTE_END, 1)
            } else {
                (PASTE_START, 2)
            };
            let found = rest.windows(mark.len()).position(|part| part == mark);
            let kept = found.unwrap_or_else(|| rest.len() - partial_mark(rest, mark, least));
            if !self.is_pasting {
                typed.extend_from_slice(&rest[..kept]);
            }
            if found.is_none() {
                self.partial = rest[kept..].to_vec();
                return (typed.freeze(), has_paste);
            }
            rest = &rest[kept + mark.len()..];
            self.is_pasting = !self.is_pasting;
            has_paste |= self.is_pasting;
        }
    }
}

/// Returns the number of bytes at the end, `least` or more, that may be the start of the mark; 0 if there are none.
fn partial_mark(bytes: &[u8], mark: &[u8], least: usize) -> usize {
    let longest = bytes.len().min(mark.len() - 1);
    let mut lengths = (least..=longest).rev();
    let found = lengths.find(|length| mark.starts_with(&bytes[bytes.len() - length..]));
    found.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pieces: &[&str]) -> (String, bool) {
        let mut filter = PasteFilter::default();
        let mut all = String::new();
        let mut has_paste = false;
        for piece in pieces {
            let (typed, pasted) = filter.filter(piece.as_bytes());
            all.push_str(std::str::from_utf8(&typed).expect("text"));
            has_paste |= pasted;
        }
        (all, has_paste)
    }

    #[test]
    fn pasted_text_is_removed_wherever_it_is_split() {
        let input = "a\u{1b}[200~{\"type\":\"echo\"}\r\u{1b}[201~b";
        for split in 0..=input.len() {
            let (start, end) = input.split_at(split);
            // A single ESC before the start of a paste is a key.
            if start == "a\u{1b}" {
                continue;
            }
            assert_eq!(typed(&[start, end]), ("ab".to_owned(), true), "{split}");
        }
    }

    #[test]
    fn keys_are_kept() {
        for key in ["\u{1b}", "\u{1b}[A", "\u{1b}[20~", "\u{1b}[<0;1;1M", "q"] {
            assert_eq!(typed(&[key, "x"]), (format!("{key}x"), false), "{key:?}");
        }
    }
}
