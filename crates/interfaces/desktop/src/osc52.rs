use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Multiplexer;

/// The longest text that is sent to a terminal, in bytes. xterm and tmux drop a sequence that is longer than 100,000 bytes, and
/// base64 needs four bytes for three.
pub const MAX_OSC52_BYTES: usize = 74_994;

/// GNU screen drops a string that is longer than 768 bytes; the ends of the string need 4 of them.
const SCREEN_STRING_BYTES: usize = 764;

/// Returns the control sequence that makes a terminal copy `text` to the clipboard (OSC 52 of xterm), wrapped for the
/// multiplexer.
pub fn osc52(text: &str, multiplexer: Option<Multiplexer>) -> Vec<u8> {
    let sequence = format!("\u{1b}]52;c;{}\u{7}", STANDARD.encode(text));
    match multiplexer {
        None => sequence.into_bytes(),
        Some(Multiplexer::Tmux) => through_tmux(&sequence).into_bytes(),
        Some(Multiplexer::Screen) => through_screen(sequence.as_bytes()),
    }
}

/// tmux acts on the plain sequence where `set-clipboard` is on, and passes the wrapped one to the terminal where
/// `allow-passthrough` is on. With both, the same text is copied twice.
fn through_tmux(sequence: &str) -> String {
    let escaped = sequence.replace('\u{1b}', "\u{1b}\u{1b}");
    format!("{sequence}\u{1b}Ptmux;{escaped}\u{1b}\\")
}

/// GNU screen passes the content of a device control string to the terminal.
fn through_screen(sequence: &[u8]) -> Vec<u8> {
    let chunks = sequence.chunks(SCREEN_STRING_BYTES);
    chunks
        .flat_map(|chunk| [b"\x1bP".as_slice(), chunk, b"\x1b\\".as_slice()].concat())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_sequence_contains_the_text_in_base64() {
        assert_eq!(osc52("hi", None), b"\x1b]52;c;aGk=\x07");
    }

    #[test]
    fn tmux_receives_the_sequence_plain_and_wrapped_with_doubled_escapes() {
        let expected = b"\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\";
        assert_eq!(osc52("hi", Some(Multiplexer::Tmux)), expected);
    }

    #[test]
    fn screen_receives_strings_that_fit() {
        let text = "x".repeat(2_000);
        let bytes = osc52(&text, Some(Multiplexer::Screen));
        let wrapped = String::from_utf8(bytes).expect("ASCII");
        let mut content = String::new();
        for part in wrapped.split_terminator("\u{1b}\\") {
            assert!(part.len() + 2 <= 768, "{}", part.len());
            content.push_str(part.strip_prefix("\u{1b}P").expect("a control string"));
        }
        assert_eq!(content.as_bytes(), osc52(&text, None));
    }

    #[test]
    fn longest_text_fits_into_the_limit_of_xterm() {
        let text = "x".repeat(MAX_OSC52_BYTES);
        assert!(osc52(&text, None).len() <= 100_000);
    }

    #[test]
    fn text_cannot_end_the_sequence() {
        let bytes = osc52("\u{7}\u{1b}\\\u{1b}]0;x\u{7}", None);
        let inner = &bytes[7..bytes.len() - 1];
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        assert!(inner.iter().all(is_base64));
    }
}
