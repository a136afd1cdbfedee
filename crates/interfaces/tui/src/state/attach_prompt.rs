use ratatui_textarea::{CursorMove, TextArea};

use crate::attach::{AttachTo, Profile};

/// The input that asks for another observatory.
#[derive(Debug)]
pub(crate) struct AttachPrompt {
    pub(crate) input: TextArea<'static>,
    /// Why the last attempt failed.
    pub(crate) error: Option<String>,
}

impl AttachPrompt {
    pub(crate) fn of(text: &str) -> Self {
        let mut input = TextArea::new(vec![text.to_owned()]);
        input.set_cursor_line_style(ratatui::style::Style::new());
        input.move_cursor(CursorMove::End);
        Self { input, error: None }
    }

    pub(crate) fn text(&self) -> &str {
        self.input.lines().first().map_or("", String::as_str)
    }

    /// Returns what the text means.
    pub(crate) fn target(&self, profiles: &[Profile]) -> Result<AttachTo, String> {
        AttachTo::parse(self.text(), profiles)
    }
}
