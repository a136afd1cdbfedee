use std::time::Duration;

use odd_client::inert;
use odd_contracts::JobStatus;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::idle::choices;
use super::pair::pair;
use crate::draw::Canvas;
use crate::state::{Diagnosis, LaunchPhase};

/// The steps of a start whose completion is announced: roles that listen.
const ROLES: usize = 4;

/// Renders how far the start is.
pub(super) fn starting(canvas: &Canvas<'_>, since: Duration) -> Vec<Line<'static>> {
    let launch = &canvas.state.launch;
    let mut lines = vec![
        heading(canvas, "Starting an observatory on this machine", since),
        Line::default(),
    ];
    let process = launch.pid.map(|pid| format!("process {pid}"));
    lines.push(step(canvas, process.is_some(), "process", process));
    for (role, url) in &launch.listening {
        lines.push(step(canvas, true, role, Some(url.clone())));
    }
    if launch.pid.is_some() && launch.listening.len() < ROLES {
        lines.push(step(canvas, false, "listening", None));
    } else if launch.listening.len() >= ROLES {
        lines.push(step(canvas, false, "ready", None));
    }
    lines.push(Line::default());
    lines.extend(log_place(canvas));
    lines
}

/// Renders that the observatory finishes its jobs.
pub(super) fn stopping(canvas: &Canvas<'_>, since: Duration) -> Vec<Line<'static>> {
    let mut lines = vec![
        heading(canvas, "Stopping the observatory", since),
        Line::styled(
            "Running jobs are finished, or released for the next start.",
            canvas.theme().dim(),
        ),
        Line::default(),
    ];
    lines.extend(log_place(canvas));
    lines
}

/// Renders why the start failed, or the observatory ended, and what to do.
pub(super) fn failed(canvas: &Canvas<'_>, width: u16) -> Vec<Line<'static>> {
    let LaunchPhase::Failed { how } = &canvas.state.launch.phase else {
        return Vec::new();
    };
    let symbol = canvas.symbols().status(JobStatus::Failed);
    let mut lines = vec![
        Line::styled(
            format!("{symbol} The observatory does not run: {}", inert(how)),
            canvas.theme().error(),
        ),
        Line::default(),
    ];
    if let Some(found) = canvas.state.launch.diagnosis() {
        lines.extend(diagnosis(canvas, &found, width));
        lines.push(Line::default());
    }
    lines.extend(choices(canvas));
    lines
}

fn diagnosis(canvas: &Canvas<'_>, found: &Diagnosis, width: u16) -> Vec<Line<'static>> {
    let setup = "setup shows which program uses the address".to_owned();
    let facts = [
        ("what", Some(&found.what)),
        ("why", found.cause.as_ref()),
        ("fix", found.hint.as_ref()),
        ("", Some(&setup).filter(|_| found.is_address_in_use)),
    ];
    let facts = facts.into_iter();
    facts
        .filter_map(|(label, text)| text.map(|text| pair(canvas, label, text, width)))
        .flatten()
        .collect()
}

fn heading(canvas: &Canvas<'_>, text: &str, since: Duration) -> Line<'static> {
    let elapsed = canvas.state.now.elapsed.saturating_sub(since).as_secs();
    Line::from(vec![
        Span::styled(text.to_owned(), canvas.theme().heading()),
        Span::styled(format!("  {elapsed} s"), canvas.theme().dim()),
    ])
}

fn step(canvas: &Canvas<'_>, is_done: bool, name: &str, detail: Option<String>) -> Line<'static> {
    let theme = canvas.theme();
    let symbol = match is_done {
        true => Span::styled(
            canvas.symbols().status(JobStatus::Completed).to_string(),
            theme.ok(),
        ),
        false => Span::styled(canvas.symbols().spinner(canvas.frame()), theme.dim()),
    };
    Line::from(vec![
        Span::raw("  "),
        symbol,
        Span::raw(format!(" {name:<15}")),
        Span::styled(detail.unwrap_or_default(), theme.dim()),
    ])
}

/// Renders where the log is.
fn log_place(canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let launcher = canvas.state.launch.launcher.as_ref()?;
    let path = launcher.log_file().display().to_string();
    let text = format!("log: {}", inert(&path));
    Some(Line::styled(text, canvas.theme().dim()))
}

/// Draws the last lines of the log that fit.
pub(super) fn draw_log(canvas: &mut Canvas<'_>, area: Rect) {
    let log = &canvas.state.launch.log;
    let room = usize::from(area.height.saturating_sub(1));
    let first = log.len().saturating_sub(room);
    let style = canvas.theme().dim();
    for (y, line) in (area.y + 1..area.bottom()).zip(log.range(first..)) {
        canvas.text(Rect::new(area.x, y, area.width, 1), line, style);
    }
}
