use odd_contracts::{TimeseriesMetric, TimeseriesUnit, TimeseriesWindow};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Chart as ChartWidget, Dataset, GraphType};

use crate::draw::Canvas;
use crate::format;

/// Series over the same time range.
pub(crate) struct Chart {
    pub(crate) title: &'static str,
    pub(crate) series: &'static [(TimeseriesMetric, &'static str)],
}

/// Draws a chart in a frame, with a legend and the last values in its title.
pub(crate) fn draw_chart(canvas: &mut Canvas<'_>, area: Rect, chart: &Chart) {
    let window = canvas.state.overview.window;
    let inner = canvas.panel(area, &format!("{}, {window}", chart.title));
    let theme = canvas.theme();
    let mut legend = Vec::new();
    let mut lines: Vec<(Vec<(f64, f64)>, ratatui::style::Style)> = Vec::new();
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
        let last = points
            .last()
            .map_or("-".to_owned(), |(_, y)| value(*y, unit));
        legend.push(Span::styled(
            format!("{name} {last}  "),
            theme.series(index),
        ));
        lines.push((points, theme.series(index)));
    }
    if inner.height < 2 || lines.iter().all(|(points, _)| points.is_empty()) {
        canvas.text(inner, "no data in this range", theme.dim());
        return;
    }
    let top = Rect::new(inner.x, inner.y, inner.width, 1);
    canvas.line(top, Line::from(legend));
    let body = Rect::new(inner.x, inner.y + 1, inner.width, inner.height - 1);
    draw_lines(canvas, body, &lines, window, unit);
}

fn draw_lines(
    canvas: &mut Canvas<'_>,
    area: Rect,
    lines: &[(Vec<(f64, f64)>, ratatui::style::Style)],
    window: TimeseriesWindow,
    unit: TimeseriesUnit,
) {
    let values = lines.iter().flat_map(|(points, _)| points.iter());
    let highest = values.map(|(_, y)| *y).fold(1.0_f64, f64::max);
    let datasets = lines.iter().map(|(points, style)| {
        Dataset::default()
            .data(points)
            .graph_type(GraphType::Line)
            .marker(canvas.symbols().chart)
            .style(*style)
    });
    let labels = ["0".to_owned(), value(highest, unit)];
    let chart = ChartWidget::new(datasets.collect())
        .x_axis(
            Axis::default()
                .bounds([0.0, f64::from(window.points().saturating_sub(1))])
                .labels([format!("-{window}"), "now".to_owned()])
                .style(canvas.theme().border()),
        )
        .y_axis(
            Axis::default()
                .bounds([0.0, highest])
                .labels(labels)
                .style(canvas.theme().border()),
        )
        .legend_position(None);
    canvas.widget(area, chart);
    if canvas.symbols().is_ascii {
        draw_axes_as_ascii(canvas, area);
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
        TimeseriesUnit::Count => format::count(value.max(0.0).round() as u64),
    }
}
