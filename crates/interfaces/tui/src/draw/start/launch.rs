use std::time::Duration;

use odd_client::inert;
use odd_contracts::JobStatus;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::idle::choices;
use super::pair::{pair, wrapped};
use super::texts::texts;
use crate::draw::Canvas;
use crate::state::{Diagnosis, LaunchPhase, Step, StepPhase};

/// Reasons that are shown; the log has all.
const CAUSES: usize = 4;

/// Columns before the text of a step.
const INDENT: usize = 19;

/// Renders how far the start is.
pub(super) fn starting(canvas: &Canvas<'_>, since: Duration, width: u16) -> Vec<Line<'static>> {
    let launch = &canvas.state.launch;
    let starting = texts(launch.target).starting;
    let mut lines = vec![heading(canvas, starting, since), Line::default()];
    for it in &launch.progress.steps {
        lines.extend(step(canvas, it, width));
        if let Some(problem) = &launch.progress.problem
            && it.phase == StepPhase::Running
        {
            lines.extend(pair(canvas, "problem", problem, width));
        }
    }
    lines.push(Line::default());
    lines.extend(log_place(canvas));
    lines
}

/// Renders that the observatory finishes its jobs, or that the forwards to it end.
pub(super) fn stopping(canvas: &Canvas<'_>, since: Duration) -> Vec<Line<'static>> {
    let texts = texts(canvas.state.launch.target);
    let mut lines = vec![
        heading(canvas, texts.stopping, since),
        Line::styled(texts.while_stopping, canvas.theme().dim()),
        Line::default(),
    ];
    lines.extend(log_place(canvas));
    lines
}

/// Renders why the start failed, or the observatory ended, and what to do.
pub(super) fn failed(canvas: &Canvas<'_>, width: u16) -> Vec<Line<'static>> {
    let launch = &canvas.state.launch;
    let LaunchPhase::Failed { how } = &launch.phase else {
        return Vec::new();
    };
    let symbol = canvas.symbols().status(JobStatus::Failed);
    let texts = texts(launch.target);
    let mut lines = vec![
        Line::styled(
            format!("{symbol} {}: {}", texts.not_running, inert(how)),
            canvas.theme().error(),
        ),
        Line::default(),
    ];
    if let Some(found) = launch.diagnosis() {
        lines.extend(diagnosis(canvas, &found, width));
        lines.push(Line::default());
    }
    if let Some(text) = texts.after_failure
        && launch.progress.has_begun()
    {
        lines.push(Line::styled(text, canvas.theme().dim()));
        lines.push(Line::default());
    }
    lines.extend(choices(canvas));
    lines
}

fn diagnosis(canvas: &Canvas<'_>, found: &Diagnosis, width: u16) -> Vec<Line<'static>> {
    let setup = "setup shows which program uses the address".to_owned();
    let causes = found.causes.iter().take(CAUSES).enumerate();
    let mut facts = vec![("what", &found.what)];
    facts.extend(causes.map(|(index, cause)| (if index == 0 { "why" } else { "" }, cause)));
    facts.extend(found.hint.as_ref().map(|hint| ("fix", hint)));
    facts.extend(found.is_address_in_use.then_some(("", &setup)));
    let facts = facts.into_iter();
    facts
        .flat_map(|(label, text)| pair(canvas, label, text, width))
        .collect()
}

fn heading(canvas: &Canvas<'_>, text: &str, since: Duration) -> Line<'static> {
    let elapsed = canvas.state.now.elapsed.saturating_sub(since).as_secs();
    Line::from(vec![
        Span::styled(text.to_owned(), canvas.theme().heading()),
        Span::styled(format!("  {elapsed} s"), canvas.theme().dim()),
    ])
}

/// Renders a step. Further lines of its text begin below the first one.
fn step(canvas: &Canvas<'_>, step: &Step, width: u16) -> Vec<Line<'static>> {
    let theme = canvas.theme();
    let symbol = match step.phase {
        StepPhase::Waiting => Span::styled(canvas.symbols().dot, theme.dim()),
        StepPhase::Running => Span::styled(canvas.symbols().spinner(canvas.frame()), theme.dim()),
        StepPhase::Done => Span::styled(
            canvas.symbols().status(JobStatus::Completed).to_string(),
            theme.ok(),
        ),
    };
    let room = usize::from(width).saturating_sub(INDENT).max(10);
    let mut details = wrapped(&step.detail, room).into_iter();
    let first = details.next().unwrap_or_default();
    let mut lines = vec![Line::from(vec![
        Span::raw("  "),
        symbol,
        Span::raw(format!(" {:<15}", step.name)),
        Span::styled(first, theme.dim()),
    ])];
    lines.extend(details.map(|text| Line::styled(format!("{:INDENT$}{text}", ""), theme.dim())));
    lines
}

/// Renders where the log is.
fn log_place(canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let launch = &canvas.state.launch;
    let path = launch.launcher.as_ref()?.log_file(launch.target);
    let path = path.display().to_string();
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
