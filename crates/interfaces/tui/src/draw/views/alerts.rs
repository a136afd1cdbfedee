use odd_client::inert;
use odd_contracts::{Alert, AlertSourceStatus, AlertState};
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, content, draw_empty, draw_table};
use crate::format;
use crate::state::State;

const COLUMNS: [Column; 5] = [
    Column::left("SEVERITY", 8),
    Column::left("STATE", 10),
    Column::left("ALERT", 24),
    Column::right("SINCE", 7),
    Column::flexible("SUMMARY", 20),
];

/// Draws the active alerts.
pub(crate) fn draw_alerts(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    canvas.hits.page_rows = usize::from(area.height.saturating_sub(1));
    let Some(list) = content(canvas, area, &state.alerts, "alerts") else {
        return;
    };
    if list.alerts.is_empty() {
        let text = match list.source.status {
            AlertSourceStatus::Ok => "No alerts: nothing needs attention.",
            AlertSourceStatus::Stale => "No alerts a while ago; their source does not answer now.",
            AlertSourceStatus::Unavailable => "The source of alerts cannot be reached.",
            AlertSourceStatus::NotConfigured => "No source of alerts is configured.",
        };
        draw_empty(canvas, area, text);
        return;
    }
    let cursor = Some(state.alerts_cursor);
    draw_table(
        canvas,
        area,
        &COLUMNS,
        (list.alerts.len(), 0),
        cursor,
        |index| alert_row(state, &list.alerts[index]),
    );
}

fn alert_row<'a>(state: &State, alert: &'a Alert) -> TableRow<'a> {
    let theme = &state.theme;
    let word = match alert.state {
        AlertState::Pending => "pending",
        AlertState::Firing => "firing",
        AlertState::Resolved => "resolved",
        AlertState::Suppressed => "suppressed",
    };
    let severity = format!("{:?}", alert.severity).to_lowercase();
    TableRow::of(vec![
        Span::styled(severity, theme.severity(alert.severity)),
        Span::raw(word),
        Span::raw(inert(&alert.name)),
        Span::styled(format::age(alert.starts_at, state.now.wall), theme.dim()),
        Span::raw(inert(&alert.summary)),
    ])
}
