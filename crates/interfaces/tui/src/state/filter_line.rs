use odd_client::{FilterError, KnownValues, completions};
use ratatui::style::Style;
use ratatui_textarea::{CursorMove, TextArea};

use super::{Choice, Choices, FilterTarget};

/// Longest filter in bytes.
const LONGEST_FILTER: usize = 1_000;

/// The line in which a filter is edited.
#[derive(Debug)]
pub(crate) struct FilterLine {
    pub(crate) input: TextArea<'static>,
    pub(crate) target: FilterTarget,
    pub(crate) error: Option<FilterError>,
    /// What the word at the cursor may become; closed until something is typed.
    pub(crate) choices: Choices,
    /// The earlier filter that is shown, from the newest, and what was typed before.
    pub(crate) earlier: Option<(usize, String)>,
}

impl FilterLine {
    pub(crate) fn of(text: &str, target: FilterTarget) -> Self {
        let mut input = TextArea::new(vec![text.to_owned()]);
        input.set_cursor_line_style(Style::new());
        input.move_cursor(CursorMove::End);
        Self {
            input,
            target,
            error: target.parse(text).err(),
            choices: Choices::default(),
            earlier: None,
        }
    }

    pub(crate) fn text(&self) -> &str {
        self.input.lines().first().map_or("", String::as_str)
    }

    /// Returns the position of the cursor in bytes.
    pub(crate) fn cursor(&self) -> usize {
        let text = self.text();
        let mut chars = text.char_indices();
        let at = chars.nth(self.input.cursor().1);
        at.map_or(text.len(), |(index, _)| index)
    }

    /// Checks what has been typed so far.
    pub(crate) fn check(&mut self) {
        self.error = self.target.parse(self.text()).err();
    }

    /// Takes the last edit back if it has made the text too long, or more than one line.
    pub(crate) fn keep_short(&mut self) {
        if self.text().len() > LONGEST_FILTER || self.input.lines().len() > 1 {
            self.input.undo();
        }
    }

    /// Replaces the text, with the cursor after its first `cursor` bytes.
    pub(crate) fn set_text(&mut self, text: &str, cursor: usize) {
        let column = text[..text.floor_char_boundary(cursor)].chars().count();
        self.input.select_all();
        self.input.cut();
        self.input.insert_str(text);
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        self.input.move_cursor(CursorMove::Jump(0, column));
        self.check();
    }

    /// Offers what the word at the cursor may become.
    pub(crate) fn complete(&mut self, known: &KnownValues) {
        let text = self.text();
        let is_offered = |choice: &Choice| {
            let mut keys = odd_client::FilterKey::ALL.into_iter();
            let key = keys.find(|key| choice.text.trim_end_matches(':') == key.as_str());
            let is_new = text[choice.span.clone()] != choice.text;
            is_new && key.is_none_or(|key| self.target.has(key))
        };
        let found = completions(text, self.cursor(), known).into_iter();
        let found = found.map(|found| Choice {
            text: found.text,
            note: found.summary.to_owned(),
            span: found.span,
        });
        self.choices = Choices::of(found.filter(is_offered).collect());
    }

    /// Writes an offered text into the line. After a key, offers its values.
    pub(crate) fn accept(&mut self, choice: &Choice, known: &KnownValues) {
        let mut text = self.text().to_owned();
        text.replace_range(choice.span.clone(), &choice.text);
        self.set_text(&text, choice.span.start + choice.text.len());
        self.choices = Choices::default();
        if choice.text.ends_with(':') {
            self.complete(known);
        }
    }

    /// Corrects the spelling that the error suggests. Returns `false` if it suggests none.
    pub(crate) fn correct(&mut self) -> bool {
        let Some(error) = self.error.clone() else {
            return false;
        };
        let (Some(replacement), Some(_)) = (error.replacement, self.text().get(error.span.clone()))
        else {
            return false;
        };
        let mut text = self.text().to_owned();
        let before = self.cursor();
        text.replace_range(error.span.clone(), &replacement);
        let cursor = match before < error.span.end {
            true => error.span.start + replacement.len(),
            false => before - error.span.len() + replacement.len(),
        };
        self.set_text(&text, cursor);
        true
    }
}
