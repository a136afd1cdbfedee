//! Text in lines of a limited width.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// Returns the parts of `text` that are at most `columns` wide, one character at least.
pub(crate) fn pieces(text: &str, columns: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, char) in text.char_indices() {
        let width = char.width().unwrap_or(0);
        if used + width > columns && at > start {
            pieces.push(start..at);
            (start, used) = (at, 0);
        }
        used += width;
    }
    if start < text.len() || pieces.is_empty() {
        pieces.push(start..text.len());
    }
    pieces
}

/// Returns the lines of `text` with at most `columns`, broken at spaces where there are any; at most `limit` lines.
pub(crate) fn lines(text: &str, columns: usize, limit: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && lines.len() < limit {
        let fits = head(rest, columns).len().max(first_char(rest));
        let end = match rest[fits..].chars().next() {
            None | Some(' ') => fits,
            Some(_) => rest[..fits].rfind(' ').filter(|at| *at > 0).unwrap_or(fits),
        };
        lines.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    lines
}

/// Returns the beginning of `text` that is at most `columns` wide. The work does not depend on the length of the text.
pub(crate) fn head(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, char) in text.char_indices() {
        used += char.width().unwrap_or(0);
        // Characters without a width count as well, so that a long run of them does not fill the line.
        if used > columns || at > columns * 8 {
            return &text[..at];
        }
    }
    text
}

fn first_char(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_whole_text_and_fit() {
        let texts = |text: &'static str, columns| -> Vec<&str> {
            pieces(text, columns)
                .into_iter()
                .map(|piece| &text[piece])
                .collect()
        };
        assert_eq!(texts("abcdefg", 3), ["abc", "def", "g"]);
        assert_eq!(texts("日本語", 5), ["日本", "語"]);
        assert_eq!(texts("日本", 1), ["日", "本"]);
        assert_eq!(texts("", 3), [""]);
        assert_eq!(texts("abc", 3), ["abc"]);
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(lines("the job waits", 7, 9), ["the job", "waits"]);
        assert_eq!(lines("the job waits", 8, 9), ["the job", "waits"]);
        assert_eq!(lines("abcdefgh ij", 5, 9), ["abcde", "fgh", "ij"]);
        assert_eq!(lines("日本語", 1, 9), ["日", "本", "語"]);
        assert_eq!(lines("a b c d", 1, 2), ["a", "b"]);
        assert!(lines("  ", 5, 9).is_empty());
    }
}
