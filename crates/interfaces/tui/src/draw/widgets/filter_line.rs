use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::draw_choices;
use crate::draw::Canvas;
use crate::format;
use crate::state::FilterLine;

/// Columns before the text.
const PROMPT: u16 = 3;

/// Draws the filter that is edited, with what is wrong. Returns where the cursor is.
pub(crate) fn draw_filter_line(canvas: &mut Canvas<'_>, area: Rect, line: &FilterLine) -> Position {
    let theme = canvas.theme();
    let text = line.text();
    let mut spans = vec![Span::styled(" / ", theme.accent())];
    match &line.error {
        None => spans.push(Span::raw(text.to_owned())),
        Some(error) => {
            let (start, end) = (
                error.span.start.min(text.len()),
                error.span.end.min(text.len()),
            );
            spans.push(Span::raw(text[..start].to_owned()));
            spans.push(Span::styled(text[start..end].to_owned(), theme.error()));
            spans.push(Span::raw(text[end..].to_owned()));
            // What is offered says more about an unfinished term.
            if line.choices.is_closed() {
                let message = match (&error.hint, &error.replacement) {
                    // What can be done about it comes first: there may be no room for the rest.
                    (Some(hint), Some(_)) => format!("   {hint} {}", error.what),
                    (Some(hint), None) => format!("   {}; {hint}", error.what),
                    (None, _) => format!("   {}", error.what),
                };
                spans.push(Span::styled(message, theme.error()));
            }
        }
    }
    canvas.line(area, Line::from(spans));
    let column = line.input.cursor().1;
    let before: String = text.chars().take(column).collect();
    let offset = u16::try_from(format::width(&before)).unwrap_or(u16::MAX);
    Position::new(
        area.x
            .saturating_add(PROMPT)
            .saturating_add(offset)
            .min(area.right().saturating_sub(1)),
        area.y,
    )
}

/// Draws above the line what the word at the cursor may become.
pub(crate) fn draw_filter_choices(canvas: &mut Canvas<'_>, line: Rect, within: Rect) {
    let Some(filter_line) = &canvas.state.filter_line else {
        return;
    };
    let Some(first) = filter_line.choices.items().first() else {
        return;
    };
    let before = filter_line
        .text()
        .get(..first.span.start)
        .unwrap_or_default();
    let offset = u16::try_from(format::width(before)).unwrap_or(u16::MAX);
    // The frame and a blank precede the texts.
    let x = (line.x + PROMPT).saturating_add(offset).saturating_sub(2);
    let corner = (x, line.y.saturating_sub(1));
    draw_choices(canvas, corner, true, within, &filter_line.choices);
}
