use odd_contracts::{Overview, TimeseriesMetric};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::draw_event_tail;
use super::job_columns::{columns, job_row};
use crate::data::JobRow;
use crate::draw::Canvas;
use crate::draw::overlays::draw_detail;
use crate::draw::widgets::{Chart, content, draw_chart, draw_empty, draw_table, no_jobs};
use crate::format;
use crate::keymap::Action;
use crate::view::View;

const THROUGHPUT: Chart = Chart {
    title: "Throughput",
    series: &[
        (TimeseriesMetric::Submitted, "submitted"),
        (TimeseriesMetric::Completed, "completed"),
        (TimeseriesMetric::Failed, "failed"),
    ],
};

const RUN_TIME: Chart = Chart {
    title: "Run time",
    series: &[
        (TimeseriesMetric::RunP50, "p50"),
        (TimeseriesMetric::RunP95, "p95"),
        (TimeseriesMetric::RunP99, "p99"),
    ],
};

/// Draws the figures, the charts where there is room, and the newest jobs.
pub(crate) fn draw_overview(canvas: &mut Canvas<'_>, area: Rect) {
    let resource = &canvas.state.overview.figures;
    let Some(figures) = content(canvas, area, resource, "the overview") else {
        return;
    };
    if !canvas.state.is_large() {
        let [summary, jobs] =
            Layout::vertical([Constraint::Length(3), Constraint::Fill(1)]).areas(area);
        draw_summary(canvas, summary, figures);
        draw_recent(canvas, jobs, figures);
        return;
    }
    let [summary, charts, middle, tail] = Layout::vertical([
        Constraint::Length(3),
        Constraint::Length(12),
        Constraint::Fill(1),
        Constraint::Length(9),
    ])
    .areas(area);
    draw_summary(canvas, summary, figures);
    draw_charts(canvas, charts, figures);
    let [jobs, detail] =
        Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)]).areas(middle);
    // A blank separates the last column from the frame.
    let jobs = Rect::new(jobs.x, jobs.y, jobs.width.saturating_sub(1), jobs.height);
    draw_recent(canvas, jobs, figures);
    let inner = canvas.panel(detail, "Selected job");
    draw_detail(canvas, inner);
    let inner = canvas.panel(tail, "Events");
    draw_event_tail(canvas, inner);
}

/// Draws the times that jobs wait and run, and the rates.
fn draw_summary(canvas: &mut Canvas<'_>, area: Rect, figures: &Overview) {
    let theme = canvas.theme();
    let time = |ms: Option<f64>| ms.map_or("-".to_owned(), format::millis);
    let percentiles = |summary: &odd_contracts::DurationSummary| {
        format!(
            "p50 {}  p95 {}  p99 {}",
            time(summary.p50_ms),
            time(summary.p95_ms),
            time(summary.p99_ms)
        )
    };
    let lines = [
        ("submitted", format::rate(figures.submitted_per_second)),
        ("wait, 5 min", percentiles(&figures.wait)),
        ("run, 5 min", percentiles(&figures.run)),
    ];
    for (y, (label, text)) in (area.y..area.bottom()).zip(lines) {
        let line = Line::from(vec![
            Span::styled(format!(" {label:<12} "), theme.dim()),
            Span::raw(text),
        ]);
        canvas.line(Rect::new(area.x, y, area.width, 1), line);
    }
}

fn draw_charts(canvas: &mut Canvas<'_>, area: Rect, figures: &Overview) {
    let [throughput, run_time, queues] = Layout::horizontal([Constraint::Fill(1); 3]).areas(area);
    draw_chart(canvas, throughput, &THROUGHPUT);
    draw_chart(canvas, run_time, &RUN_TIME);
    draw_depths(canvas, queues, figures);
}

/// Draws the depth of the deepest queues as bars.
fn draw_depths(canvas: &mut Canvas<'_>, area: Rect, figures: &Overview) {
    let mut inner = canvas.panel(area, "Waiting by queue (ready + delayed)");
    let mut queues: Vec<_> = figures.queues.iter().collect();
    queues.sort_by_key(|queue| std::cmp::Reverse(queue.ready + queue.delayed));
    let deepest = queues
        .first()
        .map_or(0, |queue| queue.ready + queue.delayed);
    if queues.is_empty() {
        draw_empty(canvas, inner, "No queues yet.");
        return;
    }
    let room = u64::from(inner.width.saturating_sub(26));
    let hidden = queues.len().saturating_sub(inner.height.into());
    if hidden > 0 {
        let key = canvas.state.keymap.key_of(Action::Show(View::Queues));
        let text = format!("{} {} more: {key}", canvas.symbols().cut, hidden + 1);
        let last = Rect::new(inner.x, inner.bottom() - 1, inner.width, 1);
        canvas.text(last, &text, canvas.theme().dim());
        inner.height -= 1;
    }
    for (y, queue) in (inner.y..inner.bottom()).zip(queues) {
        let depth = queue.ready + queue.delayed;
        let length = (depth * room).checked_div(deepest).unwrap_or(0);
        let bar = canvas
            .symbols()
            .bars
            .full
            .repeat(usize::try_from(length).unwrap_or(0));
        let name = odd_client::inert(queue.queue.as_str()).into_owned();
        let name = canvas.cut(&name, 14).into_owned();
        let line = Line::from(vec![
            Span::raw(format!("{name:<14} {:>9} ", format::count(depth))),
            Span::styled(bar, canvas.theme().series(0)),
        ]);
        canvas.line(Rect::new(inner.x, y, inner.width, 1), line);
    }
}

fn draw_recent(canvas: &mut Canvas<'_>, area: Rect, figures: &Overview) {
    let state = canvas.state;
    canvas.hits.page_rows = usize::from(area.height.saturating_sub(1));
    if figures.recent_jobs.is_empty() {
        draw_empty(canvas, area, no_jobs(state));
        return;
    }
    let rows: Vec<JobRow> = figures.recent_jobs.iter().map(JobRow::from).collect();
    let cursor = Some(state.overview.cursor);
    draw_table(
        canvas,
        area,
        &columns(false),
        (rows.len(), 0),
        cursor,
        |index| job_row(state, &rows[index], false),
    );
}
