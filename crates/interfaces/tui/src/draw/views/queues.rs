use odd_client::inert;
use odd_contracts::QueueSummary;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;

use super::job_columns::{columns, job_row};
use crate::data::JobRow;
use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, content, draw_empty, draw_table};
use crate::format;
use crate::state::Cursor;

const COLUMNS: [Column; 6] = [
    Column::flexible("QUEUE", 16).at_most(40),
    Column::right("READY", 9),
    Column::right("DELAYED", 9),
    Column::right("RUNNING", 9),
    Column::right("FAILED", 9),
    Column::right("OLDEST", 8),
];

/// Draws the queues, and the dead letters below. The cursor moves through both.
pub(crate) fn draw_queues(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    let queues = state.queues.value().map_or(0, |list| list.queues.len());
    let rows = match state.queues.value() {
        Some(_) => u16::try_from(queues + 1).unwrap_or(u16::MAX).max(2),
        // Room to tell why there are none.
        None => 5,
    };
    let upper = rows.min(area.height / 2);
    let [top, title, bottom] = Layout::vertical([
        Constraint::Length(upper),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    let cursor = state.queues_cursor;
    canvas.hits.page_rows = usize::from(bottom.height.saturating_sub(1));
    if let Some(list) = content(canvas, top, &state.queues, "queues") {
        draw_queue_table(canvas, top, &list.queues, cursor.within(0..queues));
    }
    canvas.text(title, " Dead letters", canvas.theme().heading());
    if content(canvas, bottom, &state.dead_letters, "dead letters").is_some() {
        let rows: Vec<JobRow> = state.shown_dead_letters().map(JobRow::from).collect();
        let cursor = cursor.within(queues..queues + rows.len());
        draw_dead_letters(canvas, bottom, &rows, (queues, cursor));
    }
}

fn draw_queue_table(
    canvas: &mut Canvas<'_>,
    area: Rect,
    queues: &[QueueSummary],
    cursor: Option<Cursor>,
) {
    if queues.is_empty() {
        draw_empty(
            canvas,
            area,
            "No queues yet: a queue exists once a job was submitted to it.",
        );
        return;
    }
    draw_table(canvas, area, &COLUMNS, (queues.len(), 0), cursor, |index| {
        let queue = &queues[index];
        let oldest = queue.oldest_ready_seconds.map(|age| age * 1_000.0);
        TableRow::of(vec![
            Span::raw(inert(queue.queue.as_str())),
            Span::raw(format::count(queue.ready)),
            Span::raw(format::count(queue.delayed)),
            Span::raw(format::count(queue.executing)),
            Span::raw(format::count(queue.failed)),
            Span::raw(oldest.map_or(String::new(), format::millis)),
        ])
    });
}

fn draw_dead_letters(
    canvas: &mut Canvas<'_>,
    area: Rect,
    rows: &[JobRow],
    (first_row, cursor): (usize, Option<Cursor>),
) {
    let state = canvas.state;
    if rows.is_empty() {
        let text = match state.dead_letters_filter.is_empty() {
            true => "No dead letters: no failed job needs attention.",
            false => {
                "No loaded dead letter matches the filter. Press esc to clear it, or / to change it."
            }
        };
        draw_empty(canvas, area, text);
        return;
    }
    let rows_and_first = (rows.len(), first_row);
    draw_table(
        canvas,
        area,
        &columns(false),
        rows_and_first,
        cursor,
        |index| job_row(state, &rows[index], false),
    );
}
