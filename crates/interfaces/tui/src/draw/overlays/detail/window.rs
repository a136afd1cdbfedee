use ratatui::layout::{Constraint, Layout, Rect};

use super::events::draw_events;
use super::log::draw_log;
use super::search_line::draw_search;
use super::summary::draw_summary;
use super::tabs::draw_tabs;
use super::tree::{draw_part, draw_tree};
use crate::data::Phase;
use crate::draw::Canvas;
use crate::draw::widgets::{content, draw_empty};
use crate::state::Section;

/// Draws the detail of a job above the view.
pub(crate) fn draw_detail_window(canvas: &mut Canvas<'_>, area: Rect) {
    let title = match canvas.state.detail.job_id {
        Some(id) => format!("Job {}", odd_client::short_id(id)),
        None => "Job".to_owned(),
    };
    let inner = canvas.window(area, &title);
    draw_sections(canvas, inner, true);
}

/// Draws the detail of the selected job next to a table. It takes no keys.
pub(crate) fn draw_detail(canvas: &mut Canvas<'_>, area: Rect) {
    let (targets, page_rows) = (canvas.hits.len(), canvas.hits.page_rows);
    draw_sections(canvas, area, false);
    canvas.hits.truncate(targets);
    canvas.hits.page_rows = page_rows;
}

/// Draws the names of the sections, and the one that is open.
fn draw_sections(canvas: &mut Canvas<'_>, area: Rect, has_keys: bool) {
    let state = canvas.state;
    if state.detail.job_id.is_none() {
        // Without any job, the table contains the reason.
        if state.selected_job().is_some() {
            draw_empty(canvas, area, "Select a job to see its detail.");
        }
        return;
    }
    let has_search = has_keys && state.detail.search.is_some();
    let [tabs, body, search] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(u16::from(has_search)),
    ])
    .areas(area);
    canvas.hits.page_rows = usize::from(body.height);
    canvas.hits.text_rows = 0;
    draw_section(canvas, body, has_keys);
    draw_tabs(canvas, tabs, has_keys);
    if has_search {
        draw_search(canvas, search);
    }
}

/// Draws the section that is open.
fn draw_section(canvas: &mut Canvas<'_>, body: Rect, has_keys: bool) {
    let state = canvas.state;
    let Some(job) = content(canvas, body, &state.detail.job, "the job") else {
        return;
    };
    match state.detail.section {
        Section::Summary => draw_summary(canvas, body, job, has_keys),
        Section::Payload => draw_part(canvas, body, &state.detail.payload, job, has_keys),
        Section::Result => draw_part(canvas, body, &state.detail.result, job, has_keys),
        Section::Log => draw_log(canvas, body, job, has_keys),
        Section::Events => match &state.detail.open_event {
            Some(event) => draw_tree(canvas, body, &event.view, has_keys),
            None => draw_events(canvas, body, has_keys),
        },
    }
    if let Phase::Stale { .. } = state.detail.job.phase(state.now.elapsed) {
        canvas.buffer.set_style(body, canvas.theme().dim());
    }
}
