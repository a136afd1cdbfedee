use odd_client::short_id;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::data::EventRow;
use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, content, draw_empty, draw_table, status_span};
use crate::format;
use crate::state::{Cursor, State};

const COLUMNS: [Column; 6] = [
    Column::left("TIME", 8),
    Column::left("EVENT", 14),
    Column::left("JOB", 13),
    Column::left("STATUS", 11),
    Column::left("TYPE", 14),
    Column::flexible("NOTE", 8),
];

/// Draws the newest events.
pub(crate) fn draw_events(canvas: &mut Canvas<'_>, area: Rect) {
    canvas.hits.page_rows = usize::from(area.height.saturating_sub(1));
    let state = canvas.state;
    if state.events.len() == 0 {
        if content(canvas, area, &state.events.history, "events").is_some() {
            draw_empty(canvas, area, "No events yet: submit a job with n.");
        }
        return;
    }
    draw_rows(canvas, area, Some(state.events.cursor));
}

/// Draws as many of the newest events as fit, without a selection.
pub(crate) fn draw_event_tail(canvas: &mut Canvas<'_>, area: Rect) {
    if canvas.state.events.len() == 0 {
        draw_empty(canvas, area, "no events since the start");
        return;
    }
    let rows = canvas.hits.page_rows;
    draw_rows(canvas, area, None);
    canvas.hits.page_rows = rows;
}

fn draw_rows(canvas: &mut Canvas<'_>, area: Rect, cursor: Option<Cursor>) {
    let state = canvas.state;
    draw_table(
        canvas,
        area,
        &COLUMNS,
        (state.events.len(), 0),
        cursor,
        |index| match state.events.row(index) {
            Some(row) => event_row(state, row),
            None => TableRow::of(Vec::new()),
        },
    );
}

fn event_row<'a>(state: &State, row: &'a EventRow) -> TableRow<'a> {
    let theme = state.theme;
    TableRow::of(vec![
        Span::styled(format::clock(row.at, &state.zone), theme.dim()),
        Span::raw(row.event_type.as_str()),
        Span::raw(short_id(row.job_id)),
        status_span(&theme, row.status),
        Span::raw(&row.job_type),
        Span::styled(&row.note, theme.dim()),
    ])
}
