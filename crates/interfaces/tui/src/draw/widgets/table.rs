use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::Span;

use crate::draw::Canvas;
use crate::format;
use crate::state::{Cursor, Target};

/// A column of a table. Columns that do not fit are left out from the right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) width: u16,
    /// Whether it takes the room that the others leave; the last such column does.
    pub(crate) is_flexible: bool,
    pub(crate) alignment: Alignment,
    /// The width that a flexible column has at most.
    pub(crate) most: u16,
    /// The direction in which the rows are sorted by it: whether upwards, if they are.
    pub(crate) ascends: Option<bool>,
}

impl Column {
    pub(crate) const fn left(title: &'static str, width: u16) -> Self {
        Self {
            title,
            width,
            is_flexible: false,
            alignment: Alignment::Left,
            most: u16::MAX,
            ascends: None,
        }
    }

    /// Limits the width of a flexible column.
    pub(crate) const fn at_most(self, most: u16) -> Self {
        Self { most, ..self }
    }

    pub(crate) const fn right(title: &'static str, width: u16) -> Self {
        Self {
            alignment: Alignment::Right,
            ..Self::left(title, width)
        }
    }

    /// A column with at least this width.
    pub(crate) const fn flexible(title: &'static str, width: u16) -> Self {
        Self {
            is_flexible: true,
            ..Self::left(title, width)
        }
    }
}

/// What a row shows: one text for each column.
pub(crate) struct TableRow<'a> {
    pub(crate) cells: Vec<Span<'a>>,
    pub(crate) is_marked: bool,
}

impl<'a> TableRow<'a> {
    pub(crate) fn of(cells: Vec<Span<'a>>) -> Self {
        Self {
            cells,
            is_marked: false,
        }
    }
}

/// Columns between two cells.
const GAP: u16 = 2;

/// Columns before the first cell, for the cursor and the mark.
const MARGIN: u16 = 2;

/// Draws the visible rows of a table of `len` rows. `first_row` is the row of the view that the first row of the table is: a
/// view may have several tables. Only visible rows are rendered, so that the length does not matter.
pub(crate) fn draw_table<'a>(
    canvas: &mut Canvas<'_>,
    area: Rect,
    columns: &[Column],
    (len, first_row): (usize, usize),
    cursor: Option<Cursor>,
    row: impl Fn(usize) -> TableRow<'a>,
) {
    let widths = widths(columns, area.width.saturating_sub(MARGIN));
    let header = Rect::new(area.x, area.y, area.width, area.height.min(1));
    let symbols = canvas.symbols();
    let titles = columns.iter().map(|column| match column.ascends {
        None => Span::raw(column.title),
        Some(true) => Span::raw(format!("{}{}", column.title, symbols.up)),
        Some(false) => Span::raw(format!("{}{}", column.title, symbols.down)),
    });
    let titles = titles.collect();
    let style = canvas.theme().dim();
    draw_cells(canvas, header, columns, &widths, titles, Some(style));
    let body = Rect::new(
        area.x,
        area.y + header.height,
        area.width,
        area.height - header.height,
    );
    let height = usize::from(body.height);
    let first = cursor.map_or(0, |cursor| cursor.first_visible(len, height));
    for (y, index) in (body.y..body.bottom()).zip(first..len) {
        let line = Rect::new(body.x, y, body.width, 1);
        let is_selected = cursor.is_some_and(|cursor| cursor.selected() == index);
        draw_row(canvas, line, columns, &widths, row(index), is_selected);
        canvas.hits.add(line, Target::Row(first_row + index));
    }
}

fn draw_row(
    canvas: &mut Canvas<'_>,
    line: Rect,
    columns: &[Column],
    widths: &[u16],
    row: TableRow<'_>,
    is_selected: bool,
) {
    let (theme, symbols) = (canvas.theme(), canvas.symbols());
    draw_cells(canvas, line, columns, widths, row.cells, None);
    let margin = Rect::new(line.x, line.y, MARGIN.min(line.width), 1);
    if row.is_marked {
        canvas.text(margin, symbols.mark, theme.marked());
    } else if is_selected {
        canvas.text(margin, symbols.cursor, theme.accent());
    }
    if is_selected {
        canvas.buffer.set_style(line, theme.selected());
    }
}

fn draw_cells(
    canvas: &mut Canvas<'_>,
    line: Rect,
    columns: &[Column],
    widths: &[u16],
    cells: Vec<Span<'_>>,
    style: Option<Style>,
) {
    let mut x = line.x + MARGIN;
    for ((column, width), cell) in columns.iter().zip(widths).zip(cells) {
        let text = canvas.cut(&cell.content, (*width).into()).into_owned();
        let used = u16::try_from(format::width(&text)).unwrap_or(0);
        let start = match column.alignment {
            Alignment::Right => x + width.saturating_sub(used),
            _ => x,
        };
        let area = Rect::new(start, line.y, used, 1).intersection(line);
        canvas.widget(area, Span::styled(text, style.unwrap_or(cell.style)));
        x += width + GAP;
    }
}

/// Returns the width of each column that fits.
fn widths(columns: &[Column], room: u16) -> Vec<u16> {
    let mut widths: Vec<u16> = Vec::new();
    let mut used = 0;
    for column in columns {
        let gap = if widths.is_empty() { 0 } else { GAP };
        if used + gap + column.width > room {
            break;
        }
        used += gap + column.width;
        widths.push(column.width);
    }
    let flexible = columns[..widths.len()]
        .iter()
        .rposition(|column| column.is_flexible);
    if let Some(flexible) = flexible {
        let width = widths[flexible] + room.saturating_sub(used);
        widths[flexible] = width.min(columns[flexible].most);
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::left("A", 4),
        Column::flexible("B", 6),
        Column::right("C", 5),
    ];

    #[test]
    fn columns_that_do_not_fit_are_left_out_from_the_right() {
        assert_eq!(widths(&COLUMNS, 30), [4, 17, 5]);
        assert_eq!(widths(&COLUMNS, 19), [4, 6, 5]);
        assert_eq!(widths(&COLUMNS, 18), [4, 12]);
        assert_eq!(widths(&COLUMNS, 11), [4]);
        assert_eq!(widths(&COLUMNS, 3), Vec::<u16>::new());
    }
}
