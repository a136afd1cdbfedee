use comfy_table::presets::NOTHING;
use odd_contracts::JobStatus;

use super::cut::{cut, display_width};
use super::fit::{Fit, fit, total};
use crate::output::{Cell, Column, Layout, status_cell};

/// A table whose columns are aligned by white space, so that tools such as awk can split it.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Creates a table whose columns are always shown whole.
    pub(crate) fn new(header: &[&'static str]) -> Self {
        Self::of(header.iter().map(|title| Column::whole(title)).collect())
    }

    /// Creates a table that adapts to the width of the terminal.
    pub(crate) fn of(columns: Vec<Column>) -> Self {
        let rows = Vec::new();
        Self { columns, rows }
    }

    pub(crate) fn row(&mut self, cells: Vec<impl Into<Cell>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Renders every column whole.
    pub(crate) fn render(&self, colour: bool) -> String {
        let width = None;
        self.render_in(Layout { colour, width })
    }

    /// Renders the table with whole ids and times if it fits into the layout, else with short ones, cut cells and fewer
    /// columns.
    pub(crate) fn render_in(&self, layout: Layout) -> String {
        let full = self.natural_widths(false);
        let everything: Fit = full.iter().copied().enumerate().collect();
        let text = match layout.width {
            Some(limit) if total(&everything) > limit => {
                let columns = fit(&self.columns, &self.natural_widths(true), limit);
                self.text(&columns, true)
            }
            _ => self.text(&everything, false),
        };
        // Statuses are coloured last, because escape sequences would change the column widths.
        colour_statuses(text, layout.colour)
    }

    fn natural_widths(&self, is_short: bool) -> Vec<usize> {
        let widths = self.columns.iter().enumerate().map(|(n, column)| {
            let cells = self
                .rows
                .iter()
                .map(|row| display_width(row[n].text(is_short)));
            cells.max().unwrap_or(0).max(display_width(column.title))
        });
        widths.collect()
    }

    fn text(&self, columns: &Fit, is_short: bool) -> String {
        let mut table = comfy_table::Table::new();
        let titles = columns
            .iter()
            .map(|(n, width)| cut(self.columns[*n].title, *width));
        table.load_style(NOTHING).set_header(titles);
        for row in &self.rows {
            let cells = columns
                .iter()
                .map(|(n, width)| cut(row[*n].text(is_short), *width));
            table.add_row(cells);
        }
        flush_left(table.lines())
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

#[cfg(test)]
mod tests {
    use odd_client::ShortIds;
    use odd_contracts::{JobId, Timestamp};

    use super::*;

    fn table() -> Table {
        let mut table = Table::of(vec![
            Column::whole("ID"),
            Column::cut_to("TYPE", 8),
            Column::whole("STATUS"),
            Column::cut_to("QUEUE", 6).rank(1),
            Column::whole("CREATED").rank(2),
            Column::cut_to("TAGS", 6).rank(3),
        ]);
        let ids: [JobId; 2] = [
            "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
            "0192f0c1-2f3c-7a51-b6a1-3f1f5a0d7c11",
        ]
        .map(|id| id.parse().expect("an id"));
        let short = ShortIds::of(ids);
        for (id, job_type, tags) in [(ids[0], "日本語の名前", "a,b"), (ids[1], "email", "ñandú")]
        {
            table.row(vec![
                Cell::id(id, &short),
                job_type.into(),
                status_cell(JobStatus::Executing, false).into(),
                "default".into(),
                Cell::time(Timestamp::from_micros(1_700_000_000_000_000)),
                tags.into(),
            ]);
        }
        table
    }

    fn rendered(width: Option<usize>) -> String {
        let colour = false;
        table().render_in(Layout { colour, width })
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 37..=200 {
            let text = rendered(Some(width));
            let widest = text.lines().map(display_width).max();
            assert!(
                widest.is_some_and(|widest| widest <= width),
                "{width}:\n{text}"
            );
            assert_eq!(text.lines().count(), 3, "{width}:\n{text}");
        }
    }

    #[test]
    fn narrow_tables_have_short_ids_and_fewer_columns() {
        insta::assert_snapshot!(
            [40, 60, 80, 200]
                .map(|width| rendered(Some(width)))
                .join("\n")
        );
    }

    #[test]
    fn ids_are_whole_without_a_terminal_and_short_but_whole_on_a_tiny_one() {
        let whole = "0192f0c1-2f3c-7a51-b6a1-3f1f5a0d7c11";
        assert!(rendered(None).contains(whole) && rendered(Some(200)).contains(whole));
        let tiny = rendered(Some(10));
        assert!(tiny.contains("0192f0c1~d7c11"), "{tiny}");
    }
}
