use std::borrow::Cow;

use odd_client::inert;
use odd_contracts::{Alert, AlertList, AlertSourceStatus, AlertState, JobStatus};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, content, draw_empty, draw_table};
use crate::state::State;
use crate::{format, wrap};

const COLUMNS: [Column; 5] = [
    Column::left("SEVERITY", 8),
    Column::left("STATE", 22),
    Column::flexible("ALERT", 20),
    Column::right("SINCE", 7),
    Column::flexible("SUMMARY", 14),
];

/// Rows about the selected alert, and rows of the table from which there is room for them.
const ABOUT: u16 = 5;

/// Rows that the longest description needs.
const MOST_ABOUT: u16 = 8;
const LEAST: u16 = 5;

/// Columns of a label with the blanks around it.
const LABEL: usize = 10;

/// Draws the active alerts, and what the selected one is about below them.
pub(crate) fn draw_alerts(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    let Some(list) = content(canvas, area, &state.alerts, "alerts") else {
        canvas.hits.page_rows = usize::from(area.height.saturating_sub(1));
        return;
    };
    if list.alerts.is_empty() {
        draw_empty(canvas, area, empty(list));
        return;
    }
    let rows = u16::try_from(list.alerts.len() + 1).unwrap_or(u16::MAX);
    let about = match area.height >= ABOUT + LEAST {
        true => area.height.saturating_sub(rows).clamp(ABOUT, MOST_ABOUT),
        false => 0,
    };
    let [table, about] = Layout::vertical([
        Constraint::Length(rows.min(area.height - about)),
        Constraint::Length(about),
    ])
    .areas(area);
    canvas.hits.page_rows = usize::from(table.height.saturating_sub(1));
    let cursor = Some(state.alerts_cursor);
    draw_table(
        canvas,
        table,
        &COLUMNS,
        (list.alerts.len(), 0),
        cursor,
        |index| alert_row(state, &list.alerts[index]),
    );
    if let Some(alert) = list.alerts.get(state.alerts_cursor.selected()) {
        draw_about(canvas, about, alert);
    }
}

/// Returns what an empty list means.
fn empty(list: &AlertList) -> &'static str {
    match list.source.status {
        AlertSourceStatus::Ok => "No alerts: nothing needs attention.",
        AlertSourceStatus::Stale => "No alerts a while ago; their source does not answer now.",
        AlertSourceStatus::Unavailable => {
            "The source of alerts cannot be reached: see whether it runs. Alerts may fire unseen."
        }
        AlertSourceStatus::NotConfigured => {
            "No source of alerts is configured: set ODD_ALERTMANAGER_URL for the read-model; \
             `odd-dashboard up` evaluates the rules itself."
        }
    }
}

fn alert_row<'a>(state: &State, alert: &'a Alert) -> TableRow<'a> {
    let theme = &state.theme;
    let severity = format!("{:?}", alert.severity).to_lowercase();
    let (text, style) = condition(state, alert);
    TableRow::of(vec![
        Span::styled(severity, theme.severity(alert.severity)),
        Span::styled(text, style),
        Span::raw(inert(&alert.name)),
        Span::styled(format::age(alert.starts_at, state.now.wall), theme.dim()),
        Span::raw(inert(&alert.summary)),
    ])
}

/// Renders the state of an alert: whether someone works on it, or has silenced it.
fn condition(state: &State, alert: &Alert) -> (String, Style) {
    let theme = &state.theme;
    let symbol = |status| theme.symbols.status(status);
    if let Some(until) = alert.silenced_until {
        let rest = format::duration(format::between(state.now.wall, until));
        let text = format!("{} silenced {rest}", symbol(JobStatus::Cancelled));
        return (text, theme.dim());
    }
    if let Some(acknowledgement) = &alert.acknowledgement {
        let symbol = symbol(JobStatus::Completed);
        let text = format!("{symbol} acknowledged by {}", inert(&acknowledgement.by));
        return (text, theme.ok());
    }
    match alert.state {
        AlertState::Pending => (
            format!("{} pending", symbol(JobStatus::Pending)),
            theme.dim(),
        ),
        AlertState::Firing => (
            format!("{} firing", theme.symbols.warning),
            theme.severity(alert.severity),
        ),
        AlertState::Resolved => (
            format!("{} resolved", symbol(JobStatus::Completed)),
            theme.ok(),
        ),
        AlertState::Suppressed => (
            format!("{} suppressed", symbol(JobStatus::Cancelled)),
            theme.dim(),
        ),
    }
}

/// Draws the summary of an alert, what to do first, and where its instructions are.
fn draw_about(canvas: &mut Canvas<'_>, area: Rect, alert: &Alert) {
    let theme = canvas.theme();
    let rows = [
        ("what", Some(inert(&alert.summary)), 2),
        ("fix", alert.action.as_deref().map(inert), 3),
        ("runbook", alert.runbook_url.as_deref().map(inert), 2),
    ];
    let width = usize::from(area.width).saturating_sub(LABEL + 1);
    let mut lines = vec![Line::default()];
    for (label, text, limit) in rows {
        let text: Cow<'_, str> = text.unwrap_or_default();
        for (index, part) in wrap::lines(&text, width, limit).into_iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            lines.push(Line::from(vec![
                Span::styled(format!("  {label:<8}"), theme.dim()),
                Span::raw(part.to_owned()),
            ]));
        }
    }
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        canvas.line(Rect::new(area.x, y, area.width, 1), line);
    }
}
