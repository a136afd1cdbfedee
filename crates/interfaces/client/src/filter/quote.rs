use std::borrow::Cow;

/// Returns how a value after a key is written: with quotes if it needs them.
pub(super) fn value(text: &str) -> Cow<'_, str> {
    let needs_quotes = |char: char| char.is_whitespace() || char == '"';
    match text.is_empty() || text.contains(needs_quotes) {
        true => quoted(text).into(),
        false => text.into(),
    }
}

/// Returns how a searched text is written: with quotes if it would mean something else without.
pub(super) fn free_text(text: &str) -> Cow<'_, str> {
    match text.starts_with('!') || text.contains(':') {
        true => quoted(text).into(),
        false => value(text),
    }
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}
