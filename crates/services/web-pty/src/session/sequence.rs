/// Where a stream of output may be cut: after a whole character, and outside of a control sequence.
///
/// The states are those of the parser of DEC terminals (<https://vt100.net/emu/dec_ansi_parser>), without what does not
/// matter for cuts, and with UTF-8.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Sequence {
    /// Between characters and sequences.
    #[default]
    Ground,
    /// In a character of several bytes. So many are missing.
    Character(u8),
    /// After ESC, and its intermediate bytes.
    Escape,
    /// In a control sequence: CSI and its parameters.
    Control,
    /// In a string, which ST or BEL ends: OSC, DCS, SOS, PM or APC.
    String,
    /// In a string, after an ESC.
    StringEscape,
}

const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const ESC: u8 = 0x1b;

impl Sequence {
    /// Continues with `bytes`. Returns the number of them up to the last place where the stream may be cut.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> usize {
        let mut cut = 0;
        for (index, byte) in bytes.iter().enumerate() {
            *self = self.after(*byte);
            if *self == Self::Ground {
                cut = index + 1;
            }
        }
        cut
    }

    const fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (_, CAN | SUB) => Self::Ground,
            (Self::String, ESC) => Self::StringEscape,
            (Self::String, BEL) => Self::Ground,
            (Self::String, _) => Self::String,
            (Self::StringEscape, b'\\') => Self::Ground,
            (_, ESC) => Self::Escape,
            (Self::Escape | Self::StringEscape, b'[') => Self::Control,
            (Self::Escape | Self::StringEscape, b']' | b'P' | b'X' | b'^' | b'_') => Self::String,
            (Self::Escape | Self::StringEscape, 0x30..=0x7e) => Self::Ground,
            (Self::Escape | Self::StringEscape, _) => Self::Escape,
            (Self::Control, 0x40..=0x7e) => Self::Ground,
            (Self::Control, _) => Self::Control,
            (Self::Character(missing @ 2..), 0x80..=0xbf) => Self::Character(missing - 1),
            (Self::Character(_), 0x80..=0xbf) => Self::Ground,
            (_, 0xc2..=0xdf) => Self::Character(1),
            (_, 0xe0..=0xef) => Self::Character(2),
            (_, 0xf0..=0xf4) => Self::Character(3),
            (_, _) => Self::Ground,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_outside_of_sequences_and_characters() {
        for whole in [
            "\u{1b}[38;2;1;2;3m",
            "\u{1b}]52;c;YWJj\u{7}",
            "\u{1b}]8;;http://x/\u{1b}\\",
            "\u{1b}(B",
            "\u{1b}7",
            "\u{1b}P+q544e\u{1b}\\",
            "é",
            "●",
            "🦀",
        ] {
            let bytes = whole.as_bytes();
            for length in 1..bytes.len() {
                assert_eq!(Sequence::default().scan(&bytes[..length]), 0, "{whole:?}");
            }
            assert_eq!(Sequence::default().scan(bytes), bytes.len(), "{whole:?}");
        }
    }

    #[test]
    fn broken_sequences_end() {
        for (bytes, cut) in [
            (&b"\x1b[1\x18x"[..], 5),
            (b"a\x1b[1\x1b[2mb", 9),
            (b"\xe2\x97x", 3),
            (b"\xff\xffx", 3),
        ] {
            assert_eq!(Sequence::default().scan(bytes), cut, "{bytes:?}");
        }
    }
}
