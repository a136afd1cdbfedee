use ratatui::style::Style;
use ratatui::text::Span;

use crate::state::{Search, State};

/// Splits text where it contains what is searched for, and marks these parts.
pub(super) fn with_found(state: &State, text: &str, style: Style) -> Vec<Span<'static>> {
    let needle = state.detail.search.as_ref().map_or("", Search::needle);
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, needle) {
        let (before, from) = rest.split_at(at);
        let (found, after) = from.split_at(needle.len());
        if !before.is_empty() {
            spans.push(Span::styled(before.to_owned(), style));
        }
        spans.push(Span::styled(
            found.to_owned(),
            style.patch(state.theme.found()),
        ));
        rest = after;
    }
    if !rest.is_empty() {
        spans.push(Span::styled(rest.to_owned(), style));
    }
    spans
}

fn find(text: &str, needle: &str) -> Option<usize> {
    if needle.is_empty() {
        return None;
    }
    let mut windows = text.as_bytes().windows(needle.len());
    let at = windows.position(|part| part.eq_ignore_ascii_case(needle.as_bytes()))?;
    // Equal bytes of two texts are equal characters.
    text.is_char_boundary(at).then_some(at)
}
