use ratatui_textarea::{CursorMove, TextArea};

/// A search in a section of the detail.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) input: TextArea<'static>,
    /// Whether keys go to the input.
    pub(crate) is_typing: bool,
    /// The number of places that were found, and the present one of them, from 0.
    pub(crate) found: usize,
    pub(crate) at: usize,
}

impl Search {
    /// Opens the input with the text of the last search.
    pub(crate) fn of(text: &str) -> Self {
        let mut input = TextArea::new(vec![text.to_owned()]);
        input.set_cursor_line_style(ratatui::style::Style::new());
        input.move_cursor(CursorMove::End);
        Self {
            input,
            is_typing: true,
            found: 0,
            at: 0,
        }
    }

    /// Returns the text to find; empty while none is typed.
    pub(crate) fn needle(&self) -> &str {
        self.input.lines().first().map_or("", String::as_str)
    }
}
