use odd_client::inert;
use odd_contracts::{Cause, CauseCode, JobStatus, Timestamp};
use ratatui::text::{Line, Span};

use crate::data::Phase;
use crate::draw::Canvas;
use crate::keymap::Action;
use crate::view::View;
use crate::{format, wrap};

/// Largest number of lines of a cause or a hint.
const LINES: usize = 4;

/// Renders why the job has its status, and what can be done about it.
pub(super) fn reason_lines(
    canvas: &Canvas<'_>,
    status: JobStatus,
    width: usize,
) -> Vec<Line<'static>> {
    let (state, theme) = (canvas.state, canvas.theme());
    let mut lines = vec![Line::styled(question(status), theme.heading())];
    match state.detail.explanation.phase(state.now.elapsed) {
        Phase::Loading { .. } => lines.push(Line::styled("  loading the answer", theme.dim())),
        Phase::Failed { why, .. } => {
            let text = canvas.cut(&why.what, width.saturating_sub(2)).into_owned();
            lines.push(Line::styled(format!("  {text}"), theme.warning()));
        }
        Phase::Ready(explanation)
        | Phase::Stale {
            value: explanation, ..
        } => {
            for cause in &explanation.causes {
                lines.extend(cause_lines(canvas, cause, width));
            }
        }
    }
    lines
}

fn question(status: JobStatus) -> String {
    match status {
        JobStatus::Scheduled | JobStatus::Pending | JobStatus::Retrying => {
            "Why is it waiting?".to_owned()
        }
        JobStatus::Validated | JobStatus::Executing => "What is it doing?".to_owned(),
        JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled => {
            format!("Why is it {status}?")
        }
    }
}

fn cause_lines(canvas: &Canvas<'_>, cause: &Cause, width: usize) -> Vec<Line<'static>> {
    let theme = canvas.theme();
    let mut lines = Vec::new();
    let detail = inert(&cause.detail);
    for part in wrap::lines(&detail, width.saturating_sub(2), LINES) {
        lines.push(Line::raw(format!("  {part}")));
    }
    let times = [
        cause.since.map(|since| time(canvas, "since", since)),
        cause.until.map(|until| time(canvas, "until", until)),
    ];
    let times: Vec<_> = times.into_iter().flatten().collect();
    if !times.is_empty() {
        lines.push(Line::styled(format!("  {}", times.join(", ")), theme.dim()));
    }
    let advice = canvas.symbols().advice;
    let indent = 2 + format::width(advice) + 1;
    let hint = inert(cause.hint.as_deref().unwrap_or_default());
    let (hint, command) = with_key(canvas, cause.code, &hint);
    let room = width.saturating_sub(indent);
    let parts = wrap::lines(&hint, room, LINES).into_iter();
    let parts = parts.map(|part| (part, theme.text()));
    let command = wrap::lines(&command, room, LINES).into_iter();
    let parts = parts.chain(command.map(|part| (part, theme.dim())));
    for (index, (part, style)) in parts.enumerate() {
        let mark = match index {
            0 => format!("  {advice} "),
            _ => " ".repeat(indent),
        };
        lines.push(Line::from(vec![
            Span::styled(mark, theme.accent()),
            Span::styled(part.to_owned(), style),
        ]));
    }
    lines
}

/// Returns advice that names the key, where one does it, and the command that does the same.
fn with_key(canvas: &Canvas<'_>, code: CauseCode, hint: &str) -> (String, String) {
    let state = canvas.state;
    let has_key = state.has_detail_window() || matches!(state.view, View::Jobs | View::Queues);
    let advice = match code {
        CauseCode::DeadLetter => "Fix the cause, then press",
        CauseCode::Cancelled => "To run it anyway, press",
        _ => "",
    };
    match hint.split_once(": odd-dashboard ") {
        Some((_, command)) if has_key && !state.is_read_only && !advice.is_empty() => {
            let key = state.keymap.key_of(Action::Retry);
            (
                format!("{advice} {key}."),
                format!("odd-dashboard {command}"),
            )
        }
        _ => (hint.to_owned(), String::new()),
    }
}

fn time(canvas: &Canvas<'_>, label: &str, at: Timestamp) -> String {
    let state = canvas.state;
    let clock = format::clock(at, &state.zone);
    format!("{label} {clock} ({})", format::relative(at, state.now.wall))
}
