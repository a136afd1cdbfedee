use odd_client::FilterError;
use ratatui_textarea::TextArea;

use super::{JobForm, Palette};
use crate::effect::Change;

/// What is open above the view.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// The detail of a job.
    Detail,
    /// Every key.
    Help {
        /// The first line that is shown.
        scroll: u16,
    },
    /// What is wrong, and what to do.
    Health,
    /// The form of a new job.
    Form(Box<JobForm>),
    /// The list of commands.
    Palette(Box<Palette>),
    /// A question before a change.
    Confirm(Confirmation),
    /// Letters on everything that can be selected.
    Jump {
        /// The letters that were typed so far.
        typed: String,
    },
}

/// A question before a change that cannot be undone.
#[derive(Debug, Clone)]
pub(crate) struct Confirmation {
    pub(crate) question: String,
    /// What else the user should know.
    pub(crate) detail: String,
    pub(crate) change: Change,
}

/// The line in which the filter is edited.
#[derive(Debug)]
pub(crate) struct FilterLine {
    pub(crate) input: TextArea<'static>,
    pub(crate) error: Option<FilterError>,
}

impl FilterLine {
    pub(crate) fn of(text: &str) -> Self {
        let mut input = TextArea::new(vec![text.to_owned()]);
        input.set_cursor_line_style(ratatui::style::Style::new());
        input.move_cursor(ratatui_textarea::CursorMove::End);
        Self { input, error: None }
    }

    pub(crate) fn text(&self) -> &str {
        self.input.lines().first().map_or("", String::as_str)
    }
}
