use ratatui::layout::{Constraint, Layout, Rect};

use super::job_columns::{columns, job_row};
use crate::draw::Canvas;
use crate::draw::overlays::draw_detail;
use crate::draw::widgets::{content, draw_empty, draw_table};

/// Draws the table of jobs, and on a large screen the detail of the selected one.
pub(crate) fn draw_jobs(canvas: &mut Canvas<'_>, area: Rect) {
    if !canvas.state.is_large() {
        draw_job_table(canvas, area);
        return;
    }
    let [table, detail] =
        Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)]).areas(area);
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
            true => "No jobs yet: press n, or run `odd-dashboard submit`.",
            false => "No job matches the filter. Press esc to clear it, or / to change it.",
        };
        draw_empty(canvas, area, text);
        return;
    }
    draw_table(
        canvas,
        area,
        &columns(jobs.is_wide),
        (rows.len(), 0),
        Some(jobs.cursor),
        |index| job_row(state, &rows[index], jobs.is_wide),
    );
}
