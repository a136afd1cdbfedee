use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

const ELLIPSIS: char = '…';

/// Most characters that are measured for each column: several characters can share one.
const CHARS_PER_COLUMN: usize = 4;

/// Returns the number of columns that a terminal uses for a text: two for wide characters, none for combining ones.
pub(super) fn display_width(text: &str) -> usize {
    text.width()
}

/// Shortens a text to a number of columns. A shortened text ends with `…`.
pub(crate) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    let most = columns * CHARS_PER_COLUMN;
    let is_short = text.chars().nth(most).is_none();
    if is_short && display_width(text) <= columns {
        return text.into();
    }
    let mut kept: String = text.chars().take(most).collect();
    while display_width(&kept) + 1 > columns && kept.pop().is_some() {}
    if columns > 0 {
        kept.push(ELLIPSIS);
    }
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_the_columns_that_it_uses() {
        for (text, columns, expected) in [
            ("email", 5, "email"),
            ("email.send", 5, "emai…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}e\u{301}"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("email", 1, "…"),
            ("email", 0, ""),
            ("", 0, ""),
        ] {
            assert_eq!(cut(text, columns), expected, "{text} {columns}");
            assert!(display_width(&cut(text, columns)) <= columns);
        }
    }
}
