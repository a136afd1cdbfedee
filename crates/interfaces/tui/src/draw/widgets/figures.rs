use odd_contracts::{JobStatus, Overview, TimeseriesMetric};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Sparkline;

use super::chart::range;
use crate::draw::Canvas;
use crate::format;

/// Least number of bars that are worth drawing.
const LEAST: u16 = 8;

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
    let left = area.x.saturating_add(used).saturating_add(1);
    let room = Rect::new(left, area.y, area.right().saturating_sub(left + 1), 1);
    draw_sparkline(canvas, room.intersection(area));
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
    let rate = format!("  {}", format::rate(figures.finished_per_second));
    spans.push(Span::styled(rate, theme.text()));
    if has_words {
        spans.push(Span::styled(" finished", theme.dim()));
    }
    Line::from(spans)
}

/// Draws how many jobs completed in each part of the range, if there is more than one number to compare.
fn draw_sparkline(canvas: &mut Canvas<'_>, area: Rect) {
    let overview = &canvas.state.overview;
    let series = overview.series(TimeseriesMetric::Completed);
    let Some(series) = series.and_then(|series| series.value()) else {
        return;
    };
    let label = format!("   completed, {} ", range(overview.window));
    let label_width = u16::try_from(format::width(&label)).unwrap_or(0);
    let (label_area, bars) = match area.width >= label_width + LEAST {
        true => {
            let [label, bars] =
                Layout::horizontal([Constraint::Length(label_width), Constraint::Fill(1)])
                    .areas(area);
            (label, bars)
        }
        // Where there is no room for it, the rate tells what the bars are.
        false => (Rect::default(), area),
    };
    let points = series.points.iter().rev().take(bars.width.into());
    let mut values: Vec<u64> = points
        .map(|point| point.value.unwrap_or(0.0).max(0.0).round() as u64)
        .collect();
    values.reverse();
    if bars.width < LEAST || values.iter().filter(|value| **value > 0).count() < 2 {
        return;
    }
    canvas.text(label_area, &label, canvas.theme().dim());
    let mut set = canvas.symbols().bars.clone();
    // Nothing completed: that is a value as well.
    set.empty = set.one_eighth;
    let sparkline = Sparkline::default()
        .data(values)
        .bar_set(set)
        .style(canvas.theme().ok());
    canvas.widget(bars, sparkline);
}
