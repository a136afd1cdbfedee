use odd_contracts::{AttemptOutcome, Job, LogStream};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::found::with_found;
use super::outcomes::{cause, outcome};
use crate::draw::Canvas;
use crate::draw::widgets::{content, draw_empty};
use crate::format;
use crate::state::{LogRow, LogView, Target};

/// Draws the log of an attempt.
pub(super) fn draw_log(canvas: &mut Canvas<'_>, area: Rect, job: &Job, has_keys: bool) {
    let detail = &canvas.state.detail;
    let [heading, body] =
        Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    canvas.hits.page_rows = usize::from(body.height);
    let Some(attempt) = detail.log_attempt() else {
        draw_empty(
            canvas,
            area,
            "No attempt has begun, so that there is no log.",
        );
        return;
    };
    draw_heading(canvas, heading, job, attempt);
    if content(canvas, body, &detail.log.newest, "the log").is_none() {
        return;
    }
    if detail.log.lines().is_empty() {
        draw_empty(canvas, body, "This attempt has logged nothing.");
        return;
    }
    draw_rows(canvas, body, &detail.log, has_keys);
}

/// Draws which attempt this is, its outcome, and how much of its log is loaded.
fn draw_heading(canvas: &mut Canvas<'_>, area: Rect, job: &Job, attempt: u32) {
    let (theme, log) = (canvas.theme(), &canvas.state.detail.log);
    let attempts = job.attempts.as_deref().unwrap_or_default();
    let of = attempts
        .iter()
        .map(|other| other.attempt)
        .max()
        .unwrap_or(attempt);
    let shown = attempts.iter().find(|other| other.attempt == attempt);
    let mut spans = vec![
        Span::raw("  "),
        Span::styled(format!("attempt {attempt} of {of}"), theme.heading()),
    ];
    let mut is_running = false;
    if let Some(attempt) = shown {
        is_running = attempt.outcome == AttemptOutcome::Running;
        let (symbol, word, style) = outcome(canvas, attempt.outcome);
        spans.push(Span::styled(format!("  {symbol} {word}"), style));
        if !cause(attempt.outcome).is_empty() {
            let text = format!("  {}", cause(attempt.outcome));
            spans.push(Span::styled(text, theme.dim()));
        }
    }
    let is_at_end = log.cursor.selected() + 1 >= log.rows().len();
    let state = match (log.lines().len(), log.has_older()) {
        (0, _) => String::new(),
        (_, _) if is_running && is_at_end => "following".to_owned(),
        (count, true) => format!("newest {} lines", format::count(count as u64)),
        (1, false) => "1 line".to_owned(),
        (count, false) => format!("{} lines", format::count(count as u64)),
    };
    spans.push(Span::styled(format!("  {state}"), theme.dim()));
    canvas.line(area, Line::from(spans));
}

fn draw_rows(canvas: &mut Canvas<'_>, area: Rect, log: &LogView, has_keys: bool) {
    let rows = log.rows();
    let first = log
        .cursor
        .first_visible(rows.len(), usize::from(area.height));
    for (y, (index, row)) in (area.y..area.bottom()).zip(rows.iter().enumerate().skip(first)) {
        let line = Rect::new(area.x, y, area.width, 1);
        let is_selected = has_keys && index == log.cursor.selected();
        let margin = if is_selected {
            canvas.symbols().cursor
        } else {
            " "
        };
        let mut spans = vec![Span::styled(format!("{margin} "), canvas.theme().accent())];
        spans.extend(row_spans(canvas, log, *row));
        canvas.line(line, Line::from(spans));
        if is_selected {
            canvas.buffer.set_style(line, canvas.theme().selected());
        }
        canvas.hits.add(line, Target::Row(index));
    }
}

fn row_spans(canvas: &Canvas<'_>, log: &LogView, row: LogRow) -> Vec<Span<'static>> {
    let (state, theme) = (canvas.state, canvas.theme());
    let Some(entry) = log.lines().get(row.line) else {
        return Vec::new();
    };
    let (name, style) = match entry.stream {
        LogStream::Log => ("log", theme.dim()),
        LogStream::Stdout => ("out", theme.text()),
        LogStream::Stderr => ("err", theme.error()),
    };
    let mut spans = match row.part.start {
        0 => vec![
            Span::styled(
                format!("{} ", format::clock(entry.at, &state.zone)),
                theme.dim(),
            ),
            Span::styled(format!("{name} "), style),
        ],
        _ => vec![Span::raw(" ".repeat(8 + 1 + 3 + 1))],
    };
    spans.extend(with_found(state, row.part.of(&entry.text), theme.text()));
    spans
}
