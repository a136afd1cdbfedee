use comfy_table::presets::NOTHING;
use odd_contracts::JobStatus;

use crate::output::status_cell;

/// A table whose columns are aligned by white space, so that tools such as awk can split it.
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

    /// Renders the table. Statuses are coloured last, because escape sequences would change the column widths.
    pub(crate) fn render(&self, colour: bool) -> String {
        colour_statuses(flush_left(self.0.lines()), colour)
    }
}

/// Renders a name and a value on each line.
pub(crate) fn pairs(rows: &[(&str, String)]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(NOTHING);
    for (name, value) in rows {
        table.add_row([(*name).to_owned(), value.clone()]);
    }
    flush_left(table.lines())
}

/// Removes the padding that the library adds at both ends of a line.
fn flush_left(lines: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.strip_prefix(' ').unwrap_or(&line).trim_end());
        text.push('\n');
    }
    text
}

/// Colours every status in `text`.
pub(crate) fn colour_statuses(mut text: String, colour: bool) -> String {
    if colour {
        for status in JobStatus::ALL {
            text = text.replace(&status_cell(status, false), &status_cell(status, true));
        }
    }
    text
}
