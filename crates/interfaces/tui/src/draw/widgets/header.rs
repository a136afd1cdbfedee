use odd_contracts::HealthStatus;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::data::Phase;
use crate::draw::Canvas;
use crate::format;
use crate::state::{Stream, Target};
use crate::view::View;

/// Columns of the clock, with a blank on each side.
const CLOCK: u16 = 10;

/// Columns from which tabs have a blank on each side.
const ROOMY: u16 = 72;

/// Draws where the interface is connected, whether it is live, the health and the time. Where there is little room, the
/// address is left out.
pub(crate) fn draw_header(canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.theme();
    let mut spans = vec![
        Span::styled(" odd-dashboard ", theme.accent()),
        Span::raw(" "),
        liveness(canvas),
        Span::raw("  "),
    ];
    let mut rest = vec![health(canvas)];
    if canvas.state.is_read_only {
        rest.push(Span::styled("  read-only", theme.warning()));
    }
    let host = format!("{}  ", host(&canvas.state.endpoint.read_model_url));
    let host = Span::styled(host, theme.dim());
    let room = area.width.saturating_sub(CLOCK);
    if width(&spans) + width(&rest) + host.width() <= usize::from(room) {
        spans.push(host);
    }
    let start = area.x + u16::try_from(width(&spans)).unwrap_or(0);
    let health_width = u16::try_from(rest[0].width()).unwrap_or(0);
    let left = Rect::new(area.x, area.y, room, 1);
    canvas.hits.add(
        Rect::new(start, area.y, health_width, 1).intersection(left),
        Target::Health,
    );
    spans.append(&mut rest);
    canvas.line(left, Line::from(spans));
    let clock = format::clock(canvas.state.now.wall, &canvas.state.zone);
    let right = Rect::new(left.right(), area.y, CLOCK - 1, 1).intersection(area);
    canvas.line(right, Line::styled(clock, theme.dim()).right_aligned());
}

fn width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(Span::width).sum()
}

/// Renders whether the figures are live, frozen or old.
fn liveness(canvas: &Canvas<'_>) -> Span<'static> {
    let (theme, symbols, now) = (canvas.theme(), canvas.symbols(), canvas.state.now.elapsed);
    if let Some(freeze) = &canvas.state.freeze {
        let age = format::duration(now.saturating_sub(freeze.since));
        let text = format!("{} frozen {age}, {} new", symbols.frozen, freeze.count);
        return Span::styled(text, theme.warning());
    }
    if canvas.state.shows_start() {
        let text = format!("{} not connected", symbols.stale);
        return Span::styled(text, theme.dim());
    }
    match canvas.state.overview.figures.phase(now) {
        Phase::Stale { age, .. } => {
            let age = format::duration(age);
            return Span::styled(format!("{} stale {age}", symbols.stale), theme.warning());
        }
        Phase::Failed { .. } => {
            return Span::styled(format!("{} no answer", symbols.stale), theme.error());
        }
        Phase::Loading { .. } => {
            return Span::styled(format!("{} connecting", symbols.stale), theme.dim());
        }
        Phase::Ready(_) => {}
    }
    match &canvas.state.stream {
        Stream::Live => Span::styled(format!("{} live", symbols.live), theme.ok()),
        Stream::Connecting => Span::styled(format!("{} connecting", symbols.stale), theme.dim()),
        Stream::Lost { since, .. } => {
            let age = format::duration(now.saturating_sub(*since));
            Span::styled(format!("{} polling {age}", symbols.stale), theme.warning())
        }
    }
}

fn health(canvas: &Canvas<'_>) -> Span<'static> {
    let theme = canvas.theme();
    match canvas.state.overview.health.value() {
        None if canvas.state.shows_start() => Span::raw(""),
        None => Span::styled("health unknown", theme.dim()),
        Some(health) => {
            let text = match (health.status, health.causes.len()) {
                (HealthStatus::Ok, _) => "ok".to_owned(),
                (status, 1) => format!("{}: 1 cause", status.as_str()),
                (status, causes) => format!("{}: {causes} causes", status.as_str()),
            };
            Span::styled(text, theme.health(health.status))
        }
    }
}

/// Returns the host and port of a URL.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.trim_end_matches('/').to_owned()
}

/// Draws the tabs of the views.
pub(crate) fn draw_tabs(canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.theme();
    let mut x = area.x;
    for view in View::ALL {
        let label = tab_label(canvas, view);
        let width = u16::try_from(format::width(&label)).unwrap_or(0);
        let tab = Rect::new(x, area.y, width, 1).intersection(area);
        let style = match view == canvas.state.view {
            true => theme
                .accent()
                .add_modifier(ratatui::style::Modifier::REVERSED),
            false => theme.text(),
        };
        canvas.text(tab, &label, style);
        canvas.hits.add(tab, Target::View(view));
        x += width;
    }
}

fn tab_label(canvas: &Canvas<'_>, view: View) -> String {
    let number = view.index() + 1;
    let end = if canvas.state.width < ROOMY { "" } else { " " };
    let count = match view {
        View::Alerts => canvas.state.alerts.value().map(|list| list.alerts.len()),
        _ => None,
    };
    match count.filter(|count| *count > 0) {
        Some(count) => format!(" {number} {} ({count}){end}", view.title()),
        None => format!(" {number} {}{end}", view.title()),
    }
}
