use odd_client::inert;
use odd_contracts::{ServiceHealth, ServiceStatus};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;

use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, content, draw_empty, draw_table};
use crate::format;

const SERVICES: [Column; 4] = [
    Column::left("SERVICE", 16),
    Column::left("STATUS", 10),
    Column::left("VERSION", 9),
    Column::flexible("DETAIL", 20),
];

const WORKERS: [Column; 4] = [
    Column::flexible("WORKER", 24),
    Column::right("RUNNING", 8),
    Column::right("ENDED", 8),
    Column::right("LAST SEEN", 10),
];

/// Draws the services, and the workers that events name below.
pub(crate) fn draw_services(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    let services = state.services.value().map_or(4, |list| list.services.len());
    let upper = u16::try_from(services + 1).unwrap_or(u16::MAX).max(5);
    let [top, title, bottom] = Layout::vertical([
        Constraint::Length(upper.min(area.height / 2)),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    canvas.hits.page_rows = usize::from(bottom.height.saturating_sub(1));
    if let Some(list) = content(canvas, top, &state.services, "services") {
        let cursor = Some(state.services_cursor);
        draw_table(
            canvas,
            top,
            &SERVICES,
            (list.services.len(), 0),
            cursor,
            |index| service_row(&state.theme, &list.services[index]),
        );
    }
    let heading = " Workers in the events since the start";
    canvas.text(title, heading, canvas.theme().heading());
    draw_workers(canvas, bottom);
}

fn service_row<'a>(theme: &crate::theme::Theme, service: &'a ServiceHealth) -> TableRow<'a> {
    let (word, style) = match service.status {
        ServiceStatus::Up => ("up", theme.ok()),
        ServiceStatus::Degraded => ("not ready", theme.warning()),
        ServiceStatus::Down => ("down", theme.error()),
    };
    TableRow::of(vec![
        Span::raw(inert(&service.name)),
        Span::styled(word, style),
        Span::raw(inert(service.version.as_deref().unwrap_or("-"))),
        Span::styled(
            inert(service.detail.as_deref().unwrap_or(&service.url)),
            theme.dim(),
        ),
    ])
}

fn draw_workers(canvas: &mut Canvas<'_>, area: Rect) {
    let state = canvas.state;
    let workers: Vec<_> = state.workers.iter().collect();
    if workers.is_empty() {
        draw_empty(
            canvas,
            area,
            "No worker has started a job since this interface was opened.",
        );
        return;
    }
    draw_table(canvas, area, &WORKERS, (workers.len(), 0), None, |index| {
        let (name, worker) = workers[index];
        TableRow::of(vec![
            Span::raw(inert(name)),
            Span::raw(format::count(worker.running)),
            Span::raw(format::count(worker.ended)),
            Span::styled(
                format::age(worker.last_seen, state.now.wall),
                state.theme.dim(),
            ),
        ])
    });
}
