use odd_client::inert;
use odd_contracts::{HealthCause, HealthSummary};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::scrolled::draw_scrolled;
use crate::draw::Canvas;
use crate::draw::widgets::content;
use crate::{format, wrap};

/// Columns of a label with the blanks around it.
const LABEL: usize = 11;

/// Largest number of lines of a text.
const LINES: usize = 6;

/// Draws what is wrong, since when, and what to do about it.
pub(crate) fn draw_health(canvas: &mut Canvas<'_>, area: Rect, scroll: u16) {
    let resource = &canvas.state.overview.health;
    let Some(health) = resource.value() else {
        let window = Canvas::centred(area, 90, 8);
        canvas.hits.cover(window);
        let inner = canvas.window(window, "Health");
        content(canvas, inner, resource, "the health");
        return;
    };
    let width = area.width.min(90);
    let lines = lines(canvas, health, usize::from(width - 2));
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let window = Canvas::centred(area, width, height.min(24));
    draw_scrolled(canvas, window, "Health", lines, scroll);
    // What is old is dimmed.
    content(canvas, window, resource, "the health");
}

fn lines(canvas: &Canvas<'_>, health: &HealthSummary, width: usize) -> Vec<Line<'static>> {
    let style = canvas.theme().health(health.status);
    let text = format!("{}: {}", health.status.as_str(), inert(&health.summary));
    let mut lines = wrapped(&text, 0, width, style);
    for cause in &health.causes {
        lines.push(Line::default());
        lines.extend(cause_lines(canvas, cause, width));
    }
    lines
}

fn cause_lines(canvas: &Canvas<'_>, cause: &HealthCause, width: usize) -> Vec<Line<'static>> {
    let (state, theme) = (canvas.state, canvas.theme());
    let summary = inert(&cause.summary);
    let mut lines = wrapped(&summary, 0, width, theme.health(cause.status));
    let age = format::age(cause.since, state.now.wall);
    let since = format!("{} ({age})", format::clock(cause.since, &state.zone));
    let rows = [
        ("since", Some(&since)),
        ("fix", Some(&cause.action)),
        ("alert", cause.alert.as_ref()),
        ("runbook", cause.runbook_url.as_ref()),
    ];
    for (label, text) in rows {
        let text = inert(text.map_or("", String::as_str));
        let mut parts = wrapped(&text, LABEL, width, theme.text());
        if let Some(first) = parts.first_mut() {
            let label = format!("  {label:<width$}", width = LABEL - 2);
            first.spans[0] = Span::styled(label, theme.dim());
        }
        lines.extend(parts);
    }
    lines
}

/// Renders text in lines that are indented.
fn wrapped(text: &str, indent: usize, width: usize, style: Style) -> Vec<Line<'static>> {
    let parts = wrap::lines(text, width.saturating_sub(indent), LINES).into_iter();
    let lines = parts.map(|part| {
        Line::from(vec![
            Span::raw(" ".repeat(indent)),
            Span::styled(part.to_owned(), style),
        ])
    });
    lines.collect()
}
