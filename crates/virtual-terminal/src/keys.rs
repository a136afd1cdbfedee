/// Returns the bytes that a terminal sends for a key: `q`, `G`, `ctrl-c`, `enter`, `pagedown`.
pub(crate) fn bytes_of(key: &str) -> Vec<u8> {
    let named: &[u8] = match key {
        "enter" => b"\r",
        "esc" => b"\x1b",
        "tab" => b"\t",
        "shift-tab" => b"\x1b[Z",
        "space" => b" ",
        "backspace" => b"\x7f",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "home" => b"\x1b[H",
        "end" => b"\x1b[F",
        "pageup" => b"\x1b[5~",
        "pagedown" => b"\x1b[6~",
        "delete" => b"\x1b[3~",
        "ctrl-space" => b"\0",
        "f2" => b"\x1bOQ",
        _ => {
            return match key.strip_prefix("ctrl-") {
                // Control characters are the letters without their upper three bits.
                Some(letter) => letter.bytes().map(|letter| letter & 0x1f).collect(),
                None => key.as_bytes().to_vec(),
            };
        }
    };
    named.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sent_as_terminals_send_them() {
        for (key, bytes) in [
            ("q", "q"),
            ("ctrl-c", "\u{3}"),
            ("ctrl-space", "\0"),
            ("down", "\u{1b}[B"),
            ("ä", "ä"),
        ] {
            assert_eq!(bytes_of(key), bytes.as_bytes(), "{key}");
        }
    }
}
