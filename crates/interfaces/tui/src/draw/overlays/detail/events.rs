use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::found::with_found;
use crate::data::EventRow;
use crate::draw::Canvas;
use crate::draw::widgets::{content, draw_empty, status_span};
use crate::format;
use crate::state::Target;

/// Draws the events of a job, oldest first.
pub(super) fn draw_events(canvas: &mut Canvas<'_>, area: Rect, has_keys: bool) {
    let state = canvas.state;
    let Some(events) = content(canvas, area, &state.detail.events, "the events") else {
        return;
    };
    let events = events.all();
    if events.is_empty() {
        draw_empty(canvas, area, "The events of this job are no longer kept.");
        return;
    }
    let [heading, body] =
        Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let titles = format!(
        "  {:<14}{:>5}  {:<16}{:<13}NOTE",
        "TIME", "VER", "TYPE", "STATUS"
    );
    canvas.text(heading, &titles, canvas.theme().dim());
    canvas.hits.page_rows = usize::from(body.height);
    let cursor = state.detail.events_cursor;
    let first = cursor.first_visible(events.len(), usize::from(body.height));
    for (y, (index, event)) in (body.y..body.bottom()).zip(events.iter().enumerate().skip(first)) {
        let line = Rect::new(body.x, y, body.width, 1);
        let is_selected = has_keys && index == cursor.selected();
        let row = EventRow::from(event);
        canvas.line(
            line,
            event_line(
                canvas,
                &row,
                event.payload.version,
                is_selected,
                line.width.into(),
            ),
        );
        if is_selected {
            canvas.buffer.set_style(line, canvas.theme().selected());
        }
        canvas.hits.add(line, Target::Row(index));
    }
}

fn event_line(
    canvas: &Canvas<'_>,
    row: &EventRow,
    version: u32,
    is_selected: bool,
    width: usize,
) -> Line<'static> {
    let (state, theme) = (canvas.state, canvas.theme());
    let margin = if is_selected {
        canvas.symbols().cursor
    } else {
        " "
    };
    let at = format::precise_clock(row.at, &state.zone);
    let status = status_span(theme, row.status);
    let padding = 13usize.saturating_sub(status.width());
    let mut spans = vec![
        Span::styled(format!("{margin} "), theme.accent()),
        Span::styled(format!("{at:<14}"), theme.dim()),
        Span::styled(format!("{version:>5}  "), theme.dim()),
    ];
    spans.extend(with_found(
        state,
        &format!("{:<16}", row.event_type.as_str()),
        theme.text(),
    ));
    spans.push(status);
    spans.push(Span::raw(" ".repeat(padding)));
    let worker = row.worker.as_deref().map(|worker| format!("  on {worker}"));
    let note = format!("{}{}", row.note, worker.unwrap_or_default());
    let used: usize = spans.iter().map(Span::width).sum();
    let note = canvas.cut(&note, width.saturating_sub(used));
    spans.extend(with_found(state, &note, theme.text()));
    Line::from(spans)
}
