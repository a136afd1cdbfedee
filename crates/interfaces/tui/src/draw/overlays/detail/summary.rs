use std::time::Duration;

use odd_client::inert;
use odd_contracts::{Job, JobError, JobStatus, Progress};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::bars::waterfall_lines;
use super::field_lines::{field_lines, time_lines};
use super::reason::reason_lines;
use crate::draw::Canvas;
use crate::draw::widgets::status_span;
use crate::keymap::Action;
use crate::{format, wrap};

/// Waterfalls with more lines are drawn below the fields.
const SHORT_WATERFALL: usize = 12;

/// Largest number of lines of an error message; the whole of it is in `$PAGER`.
const ERROR_LINES: usize = 6;

/// Draws what the job is, why it has its status, and what has happened to it.
pub(super) fn draw_summary(canvas: &mut Canvas<'_>, area: Rect, job: &Job, has_keys: bool) {
    let width = usize::from(area.width.saturating_sub(2));
    let mut lines = summary_lines(canvas, job, width);
    let height = usize::from(area.height);
    if !has_keys && height > 0 && lines.len() > height {
        // Only the window scrolls.
        let key = canvas.state.keymap.key_of(Action::Open);
        let hidden = lines.len() + 1 - height;
        let text = format!("{} {hidden} more lines: {key}", canvas.symbols().cut);
        lines.truncate(height - 1);
        lines.push(Line::styled(text, canvas.theme().dim()));
    }
    canvas.hits.text_rows = lines.len();
    let last_start = lines.len().saturating_sub(usize::from(area.height));
    let first = canvas.state.detail.scroll.min(last_start);
    for (y, line) in (area.y..area.bottom()).zip(lines.into_iter().skip(first)) {
        let place = Rect::new(area.x + 1, y, area.width.saturating_sub(2), 1);
        canvas.line(place, line);
    }
}

fn summary_lines(canvas: &Canvas<'_>, job: &Job, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![headline(canvas, job, width)];
    if let Some(progress) = &job.progress {
        lines.push(progress_line(canvas, progress, width));
    }
    if let Some(error) = job
        .error
        .as_ref()
        .filter(|_| job.status != JobStatus::Completed)
    {
        lines.extend(error_lines(canvas, error, width));
    }
    if job.status != JobStatus::Completed {
        lines.push(Line::default());
        lines.extend(reason_lines(canvas, job.status, width));
    }
    let mut waterfall = waterfall_lines(canvas, job, width);
    let mut fields = field_lines(canvas, job, width);
    fields.extend(time_lines(canvas, job));
    if waterfall.len() > SHORT_WATERFALL {
        std::mem::swap(&mut waterfall, &mut fields);
    }
    for part in [waterfall, fields] {
        if !part.is_empty() {
            lines.push(Line::default());
            lines.extend(part);
        }
    }
    lines
}

/// Renders the status, the type, and how long the job has taken.
fn headline(canvas: &Canvas<'_>, job: &Job, width: usize) -> Line<'static> {
    let theme = canvas.theme();
    let status = status_span(theme, job.status);
    let now = canvas.state.now.wall;
    let time = match (job.status, job.finished_at) {
        (_, Some(finished)) => format!(
            "finished after {}",
            format::precise_duration(format::between(job.created_at, finished))
        ),
        (JobStatus::Executing, None) => match job.started_at {
            Some(started) => format!(
                "for {}",
                format::precise_duration(format::between(started, now))
            ),
            None => String::new(),
        },
        (_, None) => match format::between(job.updated_at, now) {
            age if age.as_secs() == 0 => "just now".to_owned(),
            age => format!(
                "for {}",
                format::precise_duration(Duration::from_secs(age.as_secs()))
            ),
        },
    };
    let room = width.saturating_sub(status.width() + format::width(&time) + 4);
    let job_type = inert(job.job_type.as_str()).into_owned();
    let job_type = canvas.cut(&job_type, room).into_owned();
    let gap = room.saturating_sub(format::width(&job_type)) + 2;
    Line::from(vec![
        status,
        Span::raw("  "),
        Span::styled(job_type, theme.heading()),
        Span::raw(" ".repeat(gap)),
        Span::styled(time, theme.dim()),
    ])
}

fn progress_line(canvas: &Canvas<'_>, progress: &Progress, width: usize) -> Line<'static> {
    let (theme, symbols) = (canvas.theme(), canvas.symbols());
    let fraction = progress.fraction.clamp(0.0, 1.0);
    let length = (width / 3).clamp(10, 40);
    let filled = (fraction * length as f64).round() as usize;
    let message = inert(progress.message.as_deref().unwrap_or_default()).into_owned();
    let room = width.saturating_sub(length + 8);
    Line::from(vec![
        Span::styled(symbols.stages[3].repeat(filled), theme.ok()),
        Span::styled(symbols.stages[1].repeat(length - filled), theme.border()),
        Span::raw(format!(" {:>3.0} %  ", fraction * 100.0)),
        Span::styled(canvas.cut(&message, room).into_owned(), theme.dim()),
    ])
}

fn error_lines(canvas: &Canvas<'_>, error: &JobError, width: usize) -> Vec<Line<'static>> {
    let theme = canvas.theme();
    let text = format!(
        "{}: {}",
        format::reason(error.reason),
        inert(&error.message)
    );
    let parts = wrap::lines(&text, width, ERROR_LINES + 1);
    let is_cut = parts.len() > ERROR_LINES;
    let shown = parts.iter().take(ERROR_LINES);
    let mut lines: Vec<_> = shown
        .map(|part| Line::styled((*part).to_owned(), theme.error()))
        .collect();
    if is_cut {
        let key = canvas.state.keymap.key_of(Action::ShowInPager);
        lines.push(Line::styled(
            format!("press {key} for the whole message"),
            theme.dim(),
        ));
    }
    lines
}
