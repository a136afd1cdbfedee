use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::draw::Canvas;
use crate::keymap::Action;

/// Draws the text to find, and how often it was found.
pub(super) fn draw_search(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    let Some(search) = &state.detail.search else {
        return;
    };
    let theme = canvas.theme();
    let needle = search.needle();
    let mut spans = vec![Span::styled(" / ", theme.accent())];
    if search.is_typing {
        spans.extend(with_cursor(needle, search.input.cursor().1, canvas));
    } else {
        spans.push(Span::raw(needle.to_owned()));
    }
    let count = match search.found {
        _ if needle.is_empty() => "type the text to find".to_owned(),
        0 => "not found".to_owned(),
        found => {
            let (next, previous) = (Action::NextMatch, Action::PreviousMatch);
            let (next, previous) = (state.keymap.key_of(next), state.keymap.key_of(previous));
            format!(
                "{} of {found}   {next} next  {previous} previous",
                search.at + 1
            )
        }
    };
    let style = match search.found == 0 && !needle.is_empty() {
        true => theme.warning(),
        false => theme.dim(),
    };
    spans.push(Span::styled(format!("   {count}"), style));
    canvas.line(area, Line::from(spans));
}

/// Renders the input with its cursor as a reversed cell.
fn with_cursor(text: &str, column: usize, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let chars: Vec<char> = text.chars().collect();
    let column = column.min(chars.len());
    let at = chars.get(column).copied().unwrap_or(' ');
    let after = chars.get(column + 1..).unwrap_or_default();
    let cursor = canvas
        .theme()
        .text()
        .add_modifier(ratatui::style::Modifier::REVERSED);
    vec![
        Span::raw(chars[..column].iter().collect::<String>()),
        Span::styled(at.to_string(), cursor),
        Span::raw(after.iter().collect::<String>()),
    ]
}
