use odd_contracts::{TimeseriesMetric, TimeseriesUnit, TimeseriesWindow};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Chart as ChartWidget, Dataset, GraphType};

use crate::draw::Canvas;
use crate::format;
use crate::theme::Theme;

/// Series over the same time range.
pub(crate) struct Chart {
    pub(crate) title: &'static str,
    pub(crate) series: &'static [(TimeseriesMetric, &'static str)],
}

/// A series as it is drawn.
struct Plot {
    points: Vec<(f64, f64)>,
    style: Style,
}

/// Draws a chart in a frame, with a legend: what was counted in the whole range, or the newest values.
pub(crate) fn draw_chart(canvas: &mut Canvas<'_>, area: Rect, chart: &Chart) {
    let window = canvas.state.overview.window;
    let inner = canvas.panel(area, &format!("{}, {}", chart.title, range(window)));
    let theme = canvas.theme();
    let mut legend = Vec::new();
    let mut plots = Vec::new();
    let mut unit = TimeseriesUnit::Count;
    for (index, (metric, name)) in chart.series.iter().enumerate() {
        let series = canvas.state.overview.series(*metric);
        let Some(series) = series.and_then(|series| series.value()) else {
            continue;
        };
        unit = series.unit;
        let points = (0u32..).zip(&series.points);
        let points: Vec<(f64, f64)> = points
            .filter_map(|(step, point)| Some((f64::from(step), point.value?)))
            .collect();
        let style = style(theme, *metric, index);
        legend.push(Span::styled(
            format!("{name} {}", figure(&points, unit)),
            style,
        ));
        plots.push(Plot { points, style });
    }
    if inner.height < 2 || plots.iter().all(|plot| plot.points.is_empty()) {
        canvas.text(inner, "No data in this range yet.", theme.dim());
        return;
    }
    let top = Rect::new(inner.x, inner.y, inner.width, 1);
    canvas.line(top, with_range(canvas, legend, unit));
    let body = Rect::new(inner.x, inner.y + 1, inner.width, inner.height - 1);
    // The least comes first, so that a line of zeros hides no other.
    plots.sort_by(|left, right| highest(left).total_cmp(&highest(right)));
    draw_plots(canvas, body, &plots, window, unit);
}

/// Returns the style of a series. Outcomes have the colour that they have elsewhere.
fn style(theme: &Theme, metric: TimeseriesMetric, index: usize) -> Style {
    match metric {
        TimeseriesMetric::Submitted => theme.series(0),
        TimeseriesMetric::Completed => theme.ok(),
        TimeseriesMetric::Failed => theme.error(),
        _ => theme.series(index),
    }
}

/// Renders what the legend says about a series: the sum of counts, or the newest duration.
fn figure(points: &[(f64, f64)], unit: TimeseriesUnit) -> String {
    match (unit, points.last()) {
        (_, None) => "-".to_owned(),
        (TimeseriesUnit::Count, _) => value(points.iter().map(|(_, y)| y).sum(), unit),
        (TimeseriesUnit::Ms | TimeseriesUnit::Seconds, Some((_, newest))) => value(*newest, unit),
    }
}

/// Adds to a legend which time its figures are about.
fn with_range(
    canvas: &Canvas<'_>,
    legend: Vec<Span<'static>>,
    unit: TimeseriesUnit,
) -> Line<'static> {
    let window = canvas.state.overview.window;
    let dim = canvas.theme().dim();
    let mut spans = Vec::new();
    if unit != TimeseriesUnit::Count {
        spans.push(Span::styled(format!("newest {}  ", step(window)), dim));
    }
    for (index, span) in legend.into_iter().enumerate() {
        spans.extend((index > 0).then(|| Span::raw("  ")));
        spans.push(span);
    }
    if unit == TimeseriesUnit::Count {
        spans.push(Span::styled(format!(" in {}", range(window)), dim));
    }
    Line::from(spans)
}

fn highest(plot: &Plot) -> f64 {
    plot.points.iter().map(|(_, y)| *y).fold(0.0, f64::max)
}

fn draw_plots(
    canvas: &mut Canvas<'_>,
    area: Rect,
    plots: &[Plot],
    window: TimeseriesWindow,
    unit: TimeseriesUnit,
) {
    let highest = plots.iter().map(highest).fold(1.0, f64::max);
    let datasets = plots.iter().map(|plot| {
        Dataset::default()
            .data(&plot.points)
            .graph_type(GraphType::Line)
            .marker(canvas.symbols().chart)
            .style(plot.style)
    });
    let top = match (unit, window.step_seconds()) {
        (TimeseriesUnit::Ms | TimeseriesUnit::Seconds, _) => value(highest, unit),
        (TimeseriesUnit::Count, 60) => format!("{}/min", value(highest, unit)),
        (TimeseriesUnit::Count, _) => format!("{}/{}", value(highest, unit), step(window)),
    };
    let chart = ChartWidget::new(datasets.collect())
        .x_axis(
            Axis::default()
                .bounds([0.0, f64::from(window.points().saturating_sub(1))])
                .labels([format!("-{}", range(window)), "now".to_owned()])
                .style(canvas.theme().border()),
        )
        .y_axis(
            Axis::default()
                .bounds([0.0, highest])
                .labels(["0".to_owned(), top])
                .style(canvas.theme().border()),
        )
        .legend_position(None);
    canvas.widget(area, chart);
    if canvas.symbols().is_ascii {
        draw_axes_as_ascii(canvas, area);
    }
}

/// Renders how far back a chart reaches.
pub(crate) fn range(window: TimeseriesWindow) -> &'static str {
    match window {
        TimeseriesWindow::QuarterHour => "15 min",
        TimeseriesWindow::Hour => "1 h",
        TimeseriesWindow::SixHours => "6 h",
        TimeseriesWindow::Day => "24 h",
    }
}

/// Renders the duration of one point.
fn step(window: TimeseriesWindow) -> String {
    match window.step_seconds() {
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

/// Replaces the lines of the axes, whose characters the widget does not let us choose.
fn draw_axes_as_ascii(canvas: &mut Canvas<'_>, area: Rect) {
    for position in area.positions() {
        let cell = &mut canvas.buffer[position];
        match cell.symbol() {
            "│" => cell.set_symbol("|"),
            "─" => cell.set_symbol("-"),
            "└" => cell.set_symbol("+"),
            _ => continue,
        };
    }
}

fn value(value: f64, unit: TimeseriesUnit) -> String {
    match unit {
        TimeseriesUnit::Ms => format::millis(value),
        TimeseriesUnit::Seconds => format::millis(value * 1_000.0),
        TimeseriesUnit::Count => format::count(value.max(0.0).round() as u64),
    }
}
