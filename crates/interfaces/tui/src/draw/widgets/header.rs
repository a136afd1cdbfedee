use odd_contracts::{AlertState, HealthStatus};
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

/// What the header shows where there is room, in addition to whether it is live, the health, and read-only.
#[derive(Debug, Clone, Copy)]
struct Parts {
    host: bool,
    causes: bool,
    clock: bool,
    name: bool,
}

impl Parts {
    /// What is left out where there is little room: the address, the causes, the time, and last the name.
    const ALL: [Self; 5] = [
        Self::first(4),
        Self::first(3),
        Self::first(2),
        Self::first(1),
        Self::first(0),
    ];

    const fn first(count: u8) -> Self {
        Self {
            name: count > 0,
            clock: count > 1,
            causes: count > 2,
            host: count > 3,
        }
    }
}

/// Draws where the interface is connected, whether it is live, the health and the time.
pub(crate) fn draw_header(canvas: &mut Canvas<'_>, area: Rect) {
    let theme = canvas.theme();
    let room = |parts: Parts| area.width - if parts.clock { CLOCK } else { 0 };
    let mut parts = Parts::ALL.into_iter();
    let fits = |parts: &Parts| width(&spans(canvas, *parts).0) <= room(*parts).into();
    let parts = parts.find(fits).unwrap_or(Parts::first(0));
    let (spans, health) = spans(canvas, parts);
    let left = Rect::new(area.x, area.y, room(parts), 1);
    let start = u16::try_from(width(&spans[..health])).unwrap_or(0);
    let health_width = u16::try_from(spans[health].width()).unwrap_or(0);
    canvas.hits.add(
        Rect::new(area.x + start, area.y, health_width, 1).intersection(left),
        Target::Health,
    );
    canvas.line(left, Line::from(spans));
    if parts.clock {
        let clock = format::clock(canvas.state.now.wall, &canvas.state.zone);
        let right = Rect::new(left.right(), area.y, CLOCK - 1, 1).intersection(area);
        canvas.line(right, Line::styled(clock, theme.dim()).right_aligned());
    }
}

/// Renders the left part, and returns where in it the health is.
fn spans(canvas: &Canvas<'_>, parts: Parts) -> (Vec<Span<'static>>, usize) {
    let theme = canvas.theme();
    let name = if parts.name { " odd-dashboard " } else { "" };
    let mut spans = vec![
        Span::styled(name, theme.accent()),
        Span::raw(" "),
        liveness(canvas),
        Span::raw("  "),
    ];
    if parts.host {
        let host = format!("{}  ", host(&canvas.state.endpoint.read_model_url));
        spans.push(Span::styled(host, theme.dim()));
    }
    let at = spans.len();
    spans.push(health(canvas, parts.causes));
    if canvas.state.is_read_only {
        spans.push(Span::styled("  read-only", theme.warning()));
    }
    (spans, at)
}

fn width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(Span::width).sum()
}

/// Renders whether the figures are live, frozen or old.
fn liveness(canvas: &Canvas<'_>) -> Span<'static> {
    let (theme, symbols, now) = (canvas.theme(), canvas.symbols(), canvas.state.now.elapsed);
    if let Some(freeze) = &canvas.state.freeze {
        let age = format::precise_duration(now.saturating_sub(freeze.since));
        let text = format!("{} frozen {age}, {} new", symbols.frozen, freeze.count);
        return Span::styled(text, theme.warning());
    }
    if canvas.state.shows_start() {
        let text = format!("{} not connected", symbols.stale);
        return Span::styled(text, theme.dim());
    }
    match canvas.state.overview.figures.phase(now) {
        Phase::Stale { age, .. } => {
            let age = format::precise_duration(age);
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
            let age = format::precise_duration(now.saturating_sub(*since));
            Span::styled(format!("{} polling {age}", symbols.stale), theme.warning())
        }
    }
}

/// Renders the health, with the number of its causes if there is room.
fn health(canvas: &Canvas<'_>, has_causes: bool) -> Span<'static> {
    let theme = canvas.theme();
    match canvas.state.overview.health.value() {
        None if canvas.state.shows_start() => Span::raw(""),
        None => Span::styled("health unknown", theme.dim()),
        Some(health) => {
            let text = match (health.status, health.causes.len()) {
                (status, _) if status == HealthStatus::Ok || !has_causes => {
                    status.as_str().to_owned()
                }
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
        View::Alerts => alerts(canvas).map(|count| format!(" ({count})")),
        _ => None,
    };
    let count = count.unwrap_or_default();
    format!(" {number} {}{count}{end}", view.title())
}

/// Renders the number of alerts that fire and are not silenced, or of those that may fire soon.
fn alerts(canvas: &Canvas<'_>) -> Option<String> {
    let alerts = &canvas.state.alerts.value()?.alerts;
    let count = |state| {
        let alerts = alerts.iter();
        let alerts = alerts.filter(|alert| alert.silenced_until.is_none());
        alerts.filter(|alert| alert.state == state).count()
    };
    match (count(AlertState::Firing), count(AlertState::Pending)) {
        (0, 0) => None,
        (0, pending) => Some(format!("{pending} pending")),
        (firing, _) => Some(firing.to_string()),
    }
}
