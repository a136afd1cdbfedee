use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::data::{LoadFailure, Phase, Resource};
use crate::draw::Canvas;
use crate::keymap::Action;
use crate::state::State;

/// Time after which a spinner shows that something is being loaded.
const SPINNER_AFTER: Duration = Duration::from_millis(300);

/// Returns the data of a resource, which is drawn dimmed when it is old. Draws what is known instead while there is none: that
/// it is being loaded, or why it could not be.
pub(crate) fn content<'a, T>(
    canvas: &mut Canvas<'_>,
    area: Rect,
    resource: &'a Resource<T>,
    what: &str,
) -> Option<&'a T> {
    let now = canvas.state.now.elapsed;
    match resource.phase(now) {
        Phase::Ready(value) => Some(value),
        Phase::Stale { value, .. } => {
            // Styles that are drawn over it add to it.
            let old = Style::new().add_modifier(Modifier::DIM);
            canvas.buffer.set_style(area, old);
            Some(value)
        }
        Phase::Loading { waited } => {
            draw_loading(canvas, area, waited, what);
            None
        }
        Phase::Failed { why, retry_in } => {
            draw_failure(canvas, area, why, retry_in);
            None
        }
    }
}

fn draw_loading(canvas: &mut Canvas<'_>, area: Rect, waited: Duration, what: &str) {
    let rule = canvas.symbols().dot.repeat(usize::from(area.width / 3));
    // A row is left for the spinner.
    let rows = area.height.saturating_sub(1).min(5);
    for row in 0..rows {
        let line = Rect::new(area.x + 1, area.y + row, area.width.saturating_sub(2), 1);
        canvas.text(line.intersection(area), &rule, canvas.theme().border());
    }
    let is_frozen = canvas.state.freeze.is_some();
    if is_frozen || waited >= SPINNER_AFTER {
        let text = match is_frozen {
            true => {
                let key = canvas.state.keymap.key_of(Action::Freeze);
                format!("frozen: press {key} to load {what}")
            }
            false => {
                let spinner = canvas.symbols().spinner(canvas.frame());
                format!("{spinner} loading {what}")
            }
        };
        let middle = Rect::new(
            area.x + 1,
            area.y + rows.min(area.height.saturating_sub(1)),
            area.width.saturating_sub(1),
            1,
        );
        canvas.text(middle.intersection(area), &text, canvas.theme().dim());
    }
}

fn draw_failure(
    canvas: &mut Canvas<'_>,
    area: Rect,
    why: &LoadFailure,
    retry_in: Option<Duration>,
) {
    let theme = canvas.theme();
    let next = match retry_in {
        None => "retrying now".to_owned(),
        Some(wait) => format!(
            "next try in {} s, or press r",
            wait.as_millis().div_ceil(1_000)
        ),
    };
    let mut lines = vec![Line::styled(why.what.clone(), theme.error())];
    if !why.cause.is_empty() {
        lines.push(labelled(canvas, "why", &why.cause));
    }
    lines.push(labelled(canvas, "fix", why.hint));
    lines.push(Line::styled(next, theme.dim()));
    let inner = Rect::new(
        area.x + 1,
        area.y,
        area.width.saturating_sub(2),
        area.height,
    );
    canvas.widget(inner, Paragraph::new(lines).wrap(Wrap { trim: false }));
}

fn labelled(canvas: &Canvas<'_>, label: &str, text: &str) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{label}  "), canvas.theme().dim()),
        Span::raw(text.to_owned()),
    ])
}

/// Returns what to do when there are no jobs.
pub(crate) fn no_jobs(state: &State) -> &'static str {
    match state.is_read_only {
        true => "No jobs yet: submit one with `odd-dashboard submit`.",
        false => "No jobs yet: press n, or run `odd-dashboard submit`.",
    }
}

/// Draws that there is nothing, and how that changes.
pub(crate) fn draw_empty(canvas: &mut Canvas<'_>, area: Rect, text: &str) {
    let line = Rect::new(
        area.x + 1,
        area.y,
        area.width.saturating_sub(2),
        area.height.min(3),
    );
    let style = canvas.theme().dim();
    canvas.widget(
        line,
        Paragraph::new(text.to_owned())
            .style(style)
            .wrap(Wrap { trim: false }),
    );
}
