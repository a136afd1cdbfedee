use std::num::NonZeroU16;

use odd_contracts::TerminalSize;

use super::sequence::Sequence;

/// The private mode of synchronised updates: a terminal shows the screen before until the update is complete.
const SYNCHRONISED_UPDATE: u16 = 2026;
/// Longest sequence that is kept back: a longer one may be cut.
const MAX_KEPT_BACK: usize = 64 * 1024;

/// What the terminal of a program shows, for terminals that attach later.
///
/// Output is applied in whole characters and sequences, so that a terminal that starts with this screen can continue with
/// the output after it.
pub(super) struct Screen {
    parser: vt100::Parser<Updates>,
    sequence: Sequence,
    /// The start of a character or of a sequence, which is not applied yet.
    kept_back: Vec<u8>,
}

/// Whether a synchronised update is being received.
#[derive(Debug, Default)]
struct Updates {
    is_open: bool,
}

impl Screen {
    pub(super) fn new(size: TerminalSize) -> Self {
        let (rows, columns) = cells(size);
        Self {
            parser: vt100::Parser::new_with_callbacks(rows, columns, 0, Updates::default()),
            sequence: Sequence::default(),
            kept_back: Vec::new(),
        }
    }

    /// Applies output.
    pub(super) fn push(&mut self, output: &[u8]) {
        let mut cut = self.sequence.scan(output);
        if cut == 0 && self.kept_back.len() + output.len() > MAX_KEPT_BACK {
            cut = output.len();
        }
        let (whole, rest) = output.split_at(cut);
        if !whole.is_empty() {
            self.parser.process(&self.kept_back);
            self.kept_back.clear();
            self.parser.process(whole);
        }
        self.kept_back.extend_from_slice(rest);
    }

    pub(super) fn resize(&mut self, size: TerminalSize) {
        let (rows, columns) = cells(size);
        self.parser.set_size(rows, columns);
    }

    /// Returns the number of bytes at the end of the output that are not part of the screen yet.
    pub(super) fn bytes_kept_back(&self) -> usize {
        self.kept_back.len()
    }

    /// Returns what draws this screen on an empty terminal, with all modes.
    pub(super) fn restored(&self) -> String {
        let screen = self.parser.screen();
        let mut text = String::new();
        if screen.alternate_screen() {
            text.push_str("\x1b[?1049h");
        }
        if self.parser.callbacks().is_open {
            text.push_str("\x1b[?2026h");
        }
        text.push_str(&screen.state_formatted());
        text
    }
}

impl vt100::Callbacks for Updates {
    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        first: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        end: char,
    ) {
        let is_update = first == Some(b'?') && parameters.contains(&&[SYNCHRONISED_UPDATE][..]);
        match end {
            'h' if is_update => self.is_open = true,
            'l' if is_update => self.is_open = false,
            _ => {}
        }
    }
}

/// Returns rows and columns.
fn cells(size: TerminalSize) -> (NonZeroU16, NonZeroU16) {
    let cells = |count| NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN);
    (cells(size.rows()), cells(size.columns()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn screen() -> Screen {
        Screen::new(TerminalSize::clamped(40, 10))
    }

    fn shown(screen: &Screen) -> String {
        screen.restored()
    }

    /// Pieces of what the terminal interface writes.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-zA-Z ●é🦀│─]{1,12}",
            (1_u16..12, 1_u16..42).prop_map(|(row, column)| format!("\x1b[{row};{column}H")),
            (0_u8..=255).prop_map(|n| format!("\x1b[38;2;{n};0;9m\x1b[48;5;{n}m")),
            Just("\x1b[0m".to_owned()),
            Just("\x1b[1;3;4;7m".to_owned()),
            Just("\x1b[2J".to_owned()),
            Just("\x1b[K".to_owned()),
            Just("\x1b[?25l".to_owned()),
            Just("\x1b[?25h".to_owned()),
            Just("\x1b[?1049h\x1b[?2004h".to_owned()),
            Just("\x1b[?1000h\x1b[?1006h".to_owned()),
            Just("\x1b[?2026h".to_owned()),
            Just("\x1b[?2026l".to_owned()),
            Just("\x1b]52;c;YWJj\x07".to_owned()),
            Just("\x1b]8;;http://x/\x1b\\".to_owned()),
            Just("\r\n".to_owned()),
        ]
    }

    proptest! {
        /// A terminal that attaches after any number of bytes shows the same as one that has been there all the time.
        #[test]
        fn late_terminal_shows_the_same(
            pieces in prop::collection::vec(piece(), 1..30),
            cut in any::<prop::sample::Index>(),
        ) {
            let output = pieces.concat().into_bytes();
            let cut = cut.index(output.len() + 1);
            let mut server = screen();
            server.push(&output[..cut]);
            let mut late = screen();
            late.push(server.restored().as_bytes());
            late.push(&output[cut - server.bytes_kept_back()..]);
            let mut always = screen();
            always.push(&output);
            let cells = |screen: &Screen| screen.parser.screen().contents_formatted();
            prop_assert_eq!(cells(&late), cells(&always));
            prop_assert_eq!(shown(&late), shown(&always));
        }
    }

    #[test]
    fn endless_sequence_is_not_kept_back_forever() {
        let mut screen = screen();
        screen.push(b"\x1b]52;c;");
        for _ in 0..200 {
            screen.push(&[b'a'; 1_000]);
        }
        assert!(screen.bytes_kept_back() <= MAX_KEPT_BACK);
    }
}
