use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::draw::Canvas;
use crate::format;
use crate::state::Choices;

/// Most texts that are visible at a time.
const ROWS: usize = 6;

/// Draws the texts that an input may become, in a frame whose upper left corner is at `(x, y)`, or whose lower left corner is
/// when it opens upwards. `within` bounds it.
pub(crate) fn draw_choices(
    canvas: &mut Canvas<'_>,
    (x, y): (u16, u16),
    opens_upwards: bool,
    within: Rect,
    choices: &Choices,
) {
    if choices.is_closed() {
        return;
    }
    let rows = choices.items().len().min(ROWS);
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
    let width = u16::try_from(columns(choices) + 4).unwrap_or(u16::MAX);
    let width = width.clamp(16, within.width.max(16));
    let top = match opens_upwards {
        true => (y + 1).saturating_sub(height).max(within.y),
        false => y,
    };
    let left = x.min(within.right().saturating_sub(width)).max(within.x);
    let area = Rect::new(left, top, width, height).intersection(within);
    Clear.render(area, canvas.buffer);
    let (shown, all) = (
        usize::from(area.height.saturating_sub(2)),
        choices.items().len(),
    );
    let first = first_row(choices, shown);
    let title = match all > shown {
        true => format!("{}-{} of {all}", first + 1, first + shown),
        false => String::new(),
    };
    let inner = canvas.panel(area, &title);
    draw_rows(canvas, inner, choices);
}

/// Returns the first text that is visible, so that the chosen one is.
fn first_row(choices: &Choices, height: usize) -> usize {
    (choices.chosen_index().unwrap_or(0) + 1).saturating_sub(height.max(1))
}

/// Returns the columns of the widest text, and of the widest note after it.
fn columns(choices: &Choices) -> usize {
    let items = choices.items().iter();
    let text = items
        .clone()
        .map(|choice| format::width(&choice.text))
        .max();
    let note = items.map(|choice| format::width(&choice.note)).max();
    match note.unwrap_or(0) {
        0 => text.unwrap_or(0),
        note => text.unwrap_or(0) + 2 + note,
    }
}

fn draw_rows(canvas: &mut Canvas<'_>, area: Rect, choices: &Choices) {
    let theme = canvas.theme();
    let height = usize::from(area.height).max(1);
    let chosen = choices.chosen_index();
    let first = first_row(choices, height);
    let items = choices.items().iter().enumerate().skip(first);
    let texts = choices.items().iter();
    let column = texts.map(|choice| format::width(&choice.text)).max();
    for (row, (index, choice)) in (area.y..area.bottom()).zip(items) {
        let line = Rect::new(area.x, row, area.width, 1);
        let gap = column.unwrap_or(0) + 2 - format::width(&choice.text);
        let spans = vec![
            Span::styled(format!(" {}", choice.text), Style::new()),
            Span::raw(" ".repeat(gap)),
            Span::styled(choice.note.clone(), theme.dim()),
        ];
        canvas.line(line, Line::from(spans));
        if chosen == Some(index) {
            canvas.buffer.set_style(line, theme.selected());
        }
    }
}
