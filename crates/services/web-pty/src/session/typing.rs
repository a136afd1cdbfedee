use bytes::Bytes;

use super::input_queue::InputQueue;
use super::paste_marks::PasteMarks;

/// Types the input of one connection into a program.
///
/// A program that has read the start of pasted text takes everything up to the end mark for text. So the end mark is typed
/// even when input is dropped, and the rest of that text is dropped with it: its middle would be missing.
#[derive(Debug, Default)]
pub(super) struct Typing {
    /// What the client has sent so far.
    marks: PasteMarks,
    /// Whether the rest of pasted text is dropped.
    drops_paste: bool,
}

impl Typing {
    /// Types input if it `is_permitted`. Returns `false` if it was dropped: it is not permitted, or the program does not read
    /// what was typed before. For the rest of a paste that was reported before, it returns `true`.
    pub(super) fn input(
        &mut self,
        queue: &InputQueue,
        mut input: Bytes,
        is_permitted: bool,
    ) -> bool {
        if self.drops_paste {
            let dropped = self.marks.read_paste(&input);
            input = input.split_off(dropped);
            self.drops_paste = self.marks.is_pasting();
        }
        if input.is_empty() {
            return true;
        }
        let was_pasting = self.marks.is_pasting();
        self.marks.read(&input);
        if is_permitted && queue.push(input) {
            return true;
        }
        if was_pasting {
            queue.push_paste_end();
        }
        self.drops_paste = self.marks.is_pasting();
        false
    }

    /// Ends pasted text whose end the client has not sent: nothing else follows from its connection.
    pub(super) fn finish(self, queue: &InputQueue) {
        if self.marks.is_pasting() && !self.drops_paste {
            queue.push_paste_end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program has read, from pieces that are permitted or not.
    fn typed(pieces: &[(&'static str, bool)]) -> String {
        let (queue, mut queued) = InputQueue::new();
        let mut typing = Typing::default();
        for (piece, is_permitted) in pieces {
            typing.input(&queue, Bytes::from_static(piece.as_bytes()), *is_permitted);
        }
        typing.finish(&queue);
        drop(queue);
        let mut all = Vec::new();
        while queued.take(|bytes| all.extend_from_slice(bytes)).is_some() {}
        String::from_utf8(all).expect("text").replace('\u{1b}', "^")
    }

    #[test]
    fn dropped_pieces_end_a_paste_and_drop_its_rest() {
        for (pieces, expected) in [
            (
                &[("a\u{1b}[200~b", true), ("c\u{1b}[201~d", true)][..],
                "a^[200~bc^[201~d",
            ),
            (
                &[
                    ("\u{1b}[200~b", true),
                    ("c", false),
                    ("d", true),
                    ("e\u{1b}[201~f", true),
                ][..],
                "^[200~b^[201~f",
            ),
            (
                &[("\u{1b}[200~b", true), ("c\u{1b}[201~", false), ("f", true)][..],
                "^[200~b^[201~f",
            ),
            (&[("\u{1b}[200~b", false), ("c\u{1b}[201~f", true)][..], "f"),
            (&[("a", false), ("b", true)][..], "b"),
            (&[("\u{1b}[200~b", true)][..], "^[200~b^[201~"),
            (&[("\u{1b}[200~b", true), ("c", false)][..], "^[200~b^[201~"),
        ] {
            assert_eq!(typed(pieces), expected, "{pieces:?}");
        }
    }
}
