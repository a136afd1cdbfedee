use ratatui::layout::{Constraint, Layout, Rect};

use super::job_columns::{job_row, sorted_columns};
use crate::draw::Canvas;
use crate::draw::overlays::draw_detail;
use crate::draw::widgets::{content, draw_empty, draw_table, no_jobs};

/// Draws the table of jobs, and on a large screen the detail of the selected one.
pub(crate) fn draw_jobs(canvas: &mut Canvas<'_>, area: Rect) {
    if !canvas.state.has_detail_panel() {
        draw_job_table(canvas, area);
        return;
    }
    let [table, detail] =
        Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)]).areas(area);
    // A blank separates the last column from the frame.
    let table = Rect::new(
        table.x,
        table.y,
        table.width.saturating_sub(1),
        table.height,
    );
    draw_job_table(canvas, table);
    let inner = canvas.panel(detail, "Selected job");
    draw_detail(canvas, inner);
}

fn draw_job_table(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    let jobs = &state.jobs;
    canvas.hits.page_rows = usize::from(area.height.saturating_sub(1));
    let Some(table) = content(canvas, area, &jobs.table, "jobs") else {
        return;
    };
    let rows = table.rows();
    if rows.is_empty() {
        let text = match jobs.filter_text.is_empty() {
            true => no_jobs(state),
            false => "No job matches the filter. Press esc to clear it, or / to change it.",
        };
        draw_empty(canvas, area, text);
        return;
    }
    draw_table(
        canvas,
        area,
        &sorted_columns(jobs),
        (rows.len(), 0),
        Some(jobs.cursor),
        |index| job_row(state, &rows[index], jobs.is_wide),
    );
}
