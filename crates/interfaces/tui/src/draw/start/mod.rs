//! The screen that is shown while there is no observatory: where none answers, and the progress of the one that is started
//! here.

mod idle;
mod launch;
mod pair;
mod splash;
mod texts;

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use super::Canvas;
use crate::state::LaunchPhase;

/// Largest width of the text, so that lines are easy to read on wide terminals.
const TEXT_WIDTH: u16 = 76;

/// Rows of the name and below it.
const SPLASH_ROWS: u16 = 2;

/// Rows above the log and of the log.
const LOG_ROWS: u16 = 11;

/// Draws the start screen.
pub(super) fn draw_start(canvas: &mut Canvas<'_>, area: Rect) {
    let area = column(area);
    let mut body = body(canvas, area.width);
    let is_short = rows(&body, area.width) + SPLASH_ROWS > area.height;
    if is_short {
        body.retain(|line| line.width() > 0);
    }
    let rows = rows(&body, area.width).min(area.height);
    let splash = if is_short { 0 } else { SPLASH_ROWS };
    let spare = area.height.saturating_sub(rows + splash);
    let log = log_rows(canvas).min(spare);
    let top = (spare - log) / 3;
    let [_, splash, text, tail, _] = Layout::vertical([
        Constraint::Length(top),
        Constraint::Length(splash),
        Constraint::Length(rows),
        Constraint::Length(log),
        Constraint::Fill(1),
    ])
    .areas(area);
    splash::draw_splash(canvas, splash);
    canvas.widget(text, Paragraph::new(body).wrap(Wrap { trim: false }));
    launch::draw_log(canvas, tail);
}

fn body(canvas: &Canvas<'_>, width: u16) -> Vec<Line<'static>> {
    match canvas.state.launch.phase {
        LaunchPhase::Idle | LaunchPhase::Running => idle::lines(canvas, width),
        LaunchPhase::Stopped => idle::stopped(canvas, width),
        LaunchPhase::Starting { since } => launch::starting(canvas, since, width),
        LaunchPhase::Stopping { since } => launch::stopping(canvas, since),
        LaunchPhase::Failed { .. } => launch::failed(canvas, width),
    }
}

/// Returns the rows of the log. A failure that it explains is shown as such instead.
fn log_rows(canvas: &Canvas<'_>) -> u16 {
    let launch = &canvas.state.launch;
    let is_explained =
        matches!(launch.phase, LaunchPhase::Failed { .. }) && launch.diagnosis().is_some();
    match is_explained || launch.log.is_empty() {
        true => 0,
        false => LOG_ROWS,
    }
}

/// Returns the rows of text after wrapping.
fn rows(body: &[Line<'_>], width: u16) -> u16 {
    let width = usize::from(width.max(1));
    let rows = body.iter().map(|line| line.width().div_ceil(width).max(1));
    u16::try_from(rows.sum::<usize>()).unwrap_or(u16::MAX / 2)
}

/// Returns the column of the text, in the middle.
fn column(area: Rect) -> Rect {
    let width = TEXT_WIDTH.min(area.width.saturating_sub(4));
    let left = (area.width - width) / 2;
    Rect::new(area.x + left, area.y, width, area.height)
}
