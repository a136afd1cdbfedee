use comfy_table::presets::NOTHING;
use odd_contracts::JobStatus;

use crate::output::status_cell;

/// Columns aligned by white space, so that the text can be cut with ordinary tools.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING).set_header(header);
        Self(table)
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.0.add_row(cells);
    }

    /// The text, with statuses coloured where wanted; colouring earlier would spoil the widths.
    pub(crate) fn render(&self, colour: bool) -> String {
        colour_statuses(flush_left(self.0.lines()), colour)
    }
}

/// A name and a value per line.
pub(crate) fn pairs(rows: &[(&str, String)]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(NOTHING);
    for (name, value) in rows {
        table.add_row([(*name).to_owned(), value.clone()]);
    }
    flush_left(table.lines())
}

/// The library pads each cell by one space on both sides; the outermost ones carry nothing.
fn flush_left(lines: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.strip_prefix(' ').unwrap_or(&line).trim_end());
        text.push('\n');
    }
    text
}

/// Colours every status of `text`.
pub(crate) fn colour_statuses(mut text: String, colour: bool) -> String {
    if colour {
        for status in JobStatus::ALL {
            text = text.replace(&status_cell(status, false), &status_cell(status, true));
        }
    }
    text
}
