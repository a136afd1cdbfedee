use odd_client::inert;
use odd_contracts::{ServiceHealth, ServiceStatus, Timestamp, Worker, WorkerStatus};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;

use crate::draw::Canvas;
use crate::draw::widgets::{Column, TableRow, content, draw_empty, draw_table};
use crate::format;
use crate::theme::Theme;

const SERVICES: [Column; 4] = [
    Column::left("SERVICE", 16),
    Column::left("STATUS", 10),
    Column::left("VERSION", 9),
    Column::flexible("DETAIL", 20),
];

const WORKERS: [Column; 6] = [
    Column::flexible("WORKER", 24).at_most(40),
    Column::left("STATUS", 10),
    Column::right("RUNNING", 9),
    Column::right("LAST REPORT", 11),
    Column::left("VERSION", 9),
    Column::flexible("TYPES", 20),
];

/// Draws the services, and the workers below.
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
        let cursor = state.services_cursor.within(0..list.services.len());
        draw_table(
            canvas,
            top,
            &SERVICES,
            (list.services.len(), 0),
            cursor,
            |index| service_row(&state.theme, &list.services[index]),
        );
    }
    canvas.text(title, " Workers", canvas.theme().heading());
    let services = state.services.value().map_or(0, |list| list.services.len());
    draw_workers(canvas, bottom, services);
}

fn service_row<'a>(theme: &Theme, service: &'a ServiceHealth) -> TableRow<'a> {
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

fn draw_workers(canvas: &mut Canvas<'_>, area: Rect, first_row: usize) {
    let state = canvas.state;
    let Some(list) = content(canvas, area, &state.workers, "workers") else {
        return;
    };
    if list.workers.is_empty() {
        let text = "No processor has reported within the last day: odd-dashboard serve processor starts one.";
        draw_empty(canvas, area, text);
        return;
    }
    let cursor = state
        .services_cursor
        .within(first_row..first_row + list.workers.len());
    draw_table(
        canvas,
        area,
        &WORKERS,
        (list.workers.len(), first_row),
        cursor,
        |index| worker_row(&state.theme, &list.workers[index], list.as_of),
    );
}

fn worker_row<'a>(theme: &Theme, worker: &'a Worker, as_of: Timestamp) -> TableRow<'a> {
    let (word, style) = match worker.status {
        WorkerStatus::Active => ("active", theme.ok()),
        WorkerStatus::Draining => ("draining", theme.warning()),
        WorkerStatus::Lost => ("lost", theme.error()),
    };
    let load = format!(
        "{}/{}",
        format::count(worker.running),
        format::count(worker.concurrency.into())
    );
    TableRow::of(vec![
        Span::raw(inert(&worker.worker_id)),
        Span::styled(word, style),
        Span::raw(load),
        // Both times are those of the store's clock.
        Span::styled(format::age(worker.last_seen_at, as_of), theme.dim()),
        Span::raw(inert(&worker.version)),
        Span::styled(types(worker), theme.dim()),
    ])
}

fn types(worker: &Worker) -> String {
    let Some(types) = &worker.types else {
        return "all types".to_owned();
    };
    let names: Vec<&str> = types.iter().map(|name| name.as_str()).collect();
    names.join(" ")
}
