use ratatui::text::{Line, Span};

use crate::draw::Canvas;
use crate::format;

/// Columns of the label and of the space after it.
const INDENT: usize = 12;

/// Renders a label and a text, whose further lines begin below the first one.
pub(super) fn pair(canvas: &Canvas<'_>, label: &str, text: &str, width: u16) -> Vec<Line<'static>> {
    let room = usize::from(width).saturating_sub(INDENT).max(10);
    let lines = wrapped(text, room).into_iter().enumerate();
    lines
        .map(|(index, text)| {
            let label = if index == 0 { label } else { "" };
            Line::from(vec![
                Span::styled(format!("{label:>10}  "), canvas.theme().dim()),
                Span::raw(text),
            ])
        })
        .collect()
}

/// Splits text between words. A word that is too long has a line of its own.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if format::width(line) + 1 + format::width(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_split_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("日本 語", 5), ["日本", "語"]);
        assert_eq!(wrapped("toolongword x", 4), ["toolongword", "x"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
