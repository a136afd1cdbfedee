use odd_contracts::{JobStatus, Overview, TimeseriesMetric};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Sparkline;

use crate::draw::Canvas;
use crate::format;

/// Draws the number of jobs in each state, the rate, and how many jobs completed lately. Where there is little room, only the
/// symbols tell what the numbers are.
pub(crate) fn draw_figures(canvas: &mut Canvas<'_>, area: Rect) {
    let Some(figures) = canvas.state.overview.figures.value() else {
        return;
    };
    let mut line = figures_line(canvas, figures, true);
    if line.width() > usize::from(area.width) {
        line = figures_line(canvas, figures, false);
    }
    let used = u16::try_from(line.width()).unwrap_or(u16::MAX);
    canvas.line(area, line);
    let room = area.width.saturating_sub(used.saturating_add(2));
    if room >= 8 {
        let width = room.min(60);
        draw_sparkline(
            canvas,
            Rect::new(area.right() - width - 1, area.y, width, 1),
        );
    }
}

fn figures_line(canvas: &Canvas<'_>, figures: &Overview, has_words: bool) -> Line<'static> {
    let theme = canvas.theme();
    let stats = &figures.stats;
    let groups = [
        (JobStatus::Pending, stats.pending_jobs, "waiting"),
        (JobStatus::Executing, stats.executing_jobs, "running"),
        (JobStatus::Completed, stats.completed_jobs, "completed"),
        (JobStatus::Failed, stats.failed_jobs, "failed"),
    ];
    let mut spans = Vec::new();
    for (status, count, word) in groups {
        let symbol = theme.symbols.status(status);
        spans.push(Span::styled(format!(" {symbol} "), theme.status(status)));
        spans.push(Span::styled(format::count(count), theme.heading()));
        let word = if has_words {
            format!(" {word} ")
        } else {
            " ".to_owned()
        };
        spans.push(Span::styled(word, theme.dim()));
    }
    spans.push(Span::styled(
        format!(" {}", format::rate(figures.finished_per_second)),
        theme.text(),
    ));
    Line::from(spans)
}

fn draw_sparkline(canvas: &mut Canvas<'_>, area: Rect) {
    let series = canvas.state.overview.series(TimeseriesMetric::Completed);
    let Some(series) = series.and_then(|series| series.value()) else {
        return;
    };
    let points = series.points.iter().rev().take(area.width.into());
    let mut values: Vec<u64> = points
        .map(|point| point.value.unwrap_or(0.0).max(0.0).round() as u64)
        .collect();
    values.reverse();
    let sparkline = Sparkline::default()
        .data(values)
        .bar_set(canvas.symbols().bars.clone())
        .style(canvas.theme().ok());
    canvas.widget(area, sparkline);
}
