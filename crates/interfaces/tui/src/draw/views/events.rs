use odd_client::short_id;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::data::EventRow;
use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, content, draw_empty, draw_table, status_span};
use crate::format;
use crate::state::{Cursor, Events, State};

const COLUMNS: [Column; 6] = [
    Column::left("TIME", 8),
    Column::left("EVENT", 14),
    Column::left("JOB", 13),
    Column::left("STATUS", 11),
    Column::flexible("TYPE", 12),
    Column::flexible("NOTE", 16),
];

/// Draws the newest events.
pub(crate) fn draw_events(canvas: &mut Canvas<'_>, area: Rect) {
    canvas.hits.page_rows = usize::from(area.height.saturating_sub(1));
    let state = canvas.state;
    if state.events.len() == 0 {
        if content(canvas, area, &state.events.history, "events").is_some() {
            let text = match state.events.filter().is_empty() {
                true if state.is_read_only => "No events yet.",
                true => "No events yet: submit a job with n.",
                false => {
                    "No loaded event matches the filter. Press esc to clear it, or / to change it."
                }
            };
            draw_empty(canvas, area, text);
        }
        return;
    }
    let cursor = Some(state.events.cursor);
    draw_rows(canvas, area, state.events.len(), cursor, Events::row);
}

/// Draws as many of the newest events as fit, without a selection.
pub(crate) fn draw_event_tail(canvas: &mut Canvas<'_>, area: Rect) {
    let all = canvas.state.events.all_len();
    if all == 0 {
        draw_empty(canvas, area, "No events yet.");
        return;
    }
    let rows = canvas.hits.page_rows;
    draw_rows(canvas, area, all, None, Events::newest);
    canvas.hits.page_rows = rows;
}

fn draw_rows(
    canvas: &mut Canvas<'_>,
    area: Rect,
    len: usize,
    cursor: Option<Cursor>,
    row: impl Fn(&Events, usize) -> Option<&EventRow>,
) {
    let state = canvas.state;
    draw_table(
        canvas,
        area,
        &COLUMNS,
        (len, 0),
        cursor,
        |index| match row(&state.events, index) {
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
