use std::borrow::Cow;
use std::fmt::Write;

/// Replaces the characters that could control a terminal, or disguise the text, by visible escapes: control characters of
/// both sets (ESC begins every OSC and CSI sequence), bidirectional controls (Unicode Standard Annex 9), line separators
/// and invisible format characters.
pub fn inert(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_active) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '\n' => safe.push_str("\\n"),
            '\t' => safe.push_str("\\t"),
            '\r' => safe.push_str("\\r"),
            _ if is_active(char) => safe.extend(char.escape_unicode()),
            _ => safe.push(char),
        }
    }
    Cow::Owned(safe)
}

/// Replaces the same characters in JSON text by `\u` escapes, which keeps its value. White space outside strings is kept.
pub fn inert_json(text: &str) -> Cow<'_, str> {
    let needs_escape = |char: char| is_active(char) && !matches!(char, '\n' | '\t' | '\r');
    if !text.chars().any(needs_escape) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    let mut units = [0u16; 2];
    for char in text.chars() {
        if needs_escape(char) {
            for unit in char.encode_utf16(&mut units) {
                write!(safe, "\\u{unit:04x}").expect("writing to a String cannot fail");
            }
        } else {
            safe.push(char);
        }
    }
    Cow::Owned(safe)
}

fn is_active(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_sequences_become_visible() {
        assert_eq!(inert("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(inert("\u{9b}31m \u{7f}"), "\\u{9b}31m \\u{7f}");
        assert_eq!(inert("abc\u{202e}fed\u{2066}"), "abc\\u{202e}fed\\u{2066}");
        assert_eq!(inert("two\nlines"), "two\\nlines");
    }

    #[test]
    fn ordinary_text_of_any_script_is_unchanged() {
        let text = "naïve 日本語 שלום 🎉";
        assert!(matches!(inert(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn json_keeps_its_value() {
        let text = "{\n  \"a\": \"x\u{202e}\u{9b}\u{7f}\u{e0001}y\"\n}";
        let safe = inert_json(text);
        assert_eq!(
            safe,
            "{\n  \"a\": \"x\\u202e\\u009b\\u007f\\udb40\\udc01y\"\n}"
        );
        let (before, after): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(text).expect("valid"),
            serde_json::from_str(&safe).expect("still valid"),
        );
        assert_eq!(before, after);
    }
}
