use ratatui::style::{Modifier, Style};
use ratatui_textarea::{CursorMove, TextArea};

use super::Field;

/// The texts of the fields.
#[derive(Debug)]
pub(super) struct Inputs([TextArea<'static>; Field::ALL.len()]);

impl Inputs {
    pub(super) fn new(number_style: Style) -> Self {
        Self(Field::ALL.map(|field| {
            let mut input = TextArea::default();
            input.set_cursor_line_style(Style::new());
            input.set_cursor_style(Style::new());
            input.set_tab_length(2);
            if field == Field::Payload {
                input.set_line_number_style(number_style);
            }
            input
        }))
    }

    pub(super) fn get(&self, field: Field) -> &TextArea<'static> {
        &self.0[field as usize]
    }

    pub(super) fn get_mut(&mut self, field: Field) -> &mut TextArea<'static> {
        &mut self.0[field as usize]
    }

    /// Returns the text of a field.
    pub(super) fn text(&self, field: Field) -> String {
        self.get(field).lines().join("\n")
    }

    /// Replaces the text of a field; undo brings the old one back.
    pub(super) fn set_text(&mut self, field: Field, text: &str) {
        let input = self.get_mut(field);
        // One selection reaches as many lines as a 16-bit number counts.
        while !input.is_empty() {
            input.select_all();
            input.cut();
        }
        input.insert_str(text);
        input.move_cursor(match field {
            Field::Payload => CursorMove::Jump(0, 0),
            _ => CursorMove::End,
        });
    }

    /// Shows the cursor in one field only.
    pub(super) fn show_cursor_in(&mut self, focus: Field) {
        for field in Field::ALL {
            let style = match field == focus {
                true => Style::new().add_modifier(Modifier::REVERSED),
                false => Style::new(),
            };
            self.get_mut(field).set_cursor_style(style);
        }
    }
}
