//! The detail as text, for the clipboard and for `$PAGER`.

use odd_client::inert;
use odd_contracts::{EventEnvelope, Job};

use crate::data::{JobEvents, JsonDocument, fields, times};
use crate::effect::Effect;
use crate::format;
use crate::message::Notice;
use crate::state::{LogEntry, Section, State};

/// Copies the value, the log line or the event under the cursor; in the summary, the whole of it.
pub(super) fn copy(state: &mut State) -> Vec<Effect> {
    let detail = &state.detail;
    let copied = match (detail.tree(), detail.section) {
        (Some(tree), _) => {
            let document = tree.document();
            Some(("value", document.content(tree.node(tree.selected()))))
        }
        (None, Section::Log) => detail
            .log
            .selected()
            .map(|line| ("log line", line.text.clone())),
        (None, Section::Events) => {
            let events = detail.events.value().map_or(&[][..], JobEvents::all);
            let event = events.get(detail.events_cursor.selected());
            event.map(|event| ("event", json(event)))
        }
        (None, Section::Summary) => section_text(state).map(|text| ("summary", text)),
        (None, Section::Payload | Section::Result) => {
            section_text(state).map(|text| ("value", text))
        }
    };
    match copied {
        Some((what, text)) => vec![Effect::Copy { what, text }],
        None => nothing(state),
    }
}

/// Shows the whole section in `$PAGER`.
pub(super) fn page(state: &mut State) -> Vec<Effect> {
    match section_text(state) {
        Some(text) => vec![Effect::Page(text)],
        None => nothing(state),
    }
}

fn nothing(state: &mut State) -> Vec<Effect> {
    state.notify(Notice::hint("there is nothing here yet"));
    Vec::new()
}

/// Returns everything that the section contains, safe for a terminal.
fn section_text(state: &State) -> Option<String> {
    let detail = &state.detail;
    let job = detail.job.value()?;
    match detail.section {
        Section::Summary => Some(summary(state, job)),
        Section::Payload => Some(pretty(job.payload.as_ref()?.get())),
        Section::Result => Some(pretty(job.result.as_ref()?.get())),
        Section::Log => log_text(state),
        Section::Events => {
            let events = detail.events.value()?.all().iter();
            Some(events.map(|event| pretty(&json(event)) + "\n").collect())
        }
    }
}

fn summary(state: &State, job: &Job) -> String {
    let mut lines = vec![format!("{} {}", job.status, inert(job.job_type.as_str()))];
    if let Some(error) = &job.error {
        lines.push(format!(
            "error     {}: {}",
            error.reason.as_str(),
            inert(&error.message)
        ));
    }
    let fields = fields(job).into_iter();
    lines.extend(fields.map(|field| format!("{:<10}{}", field.label, field.value)));
    for (label, at) in times(job) {
        lines.push(format!("{label:<10}{}", format::date_time(at, &state.zone)));
    }
    if let Some(explanation) = state.detail.explanation.value() {
        lines.push(String::new());
        for cause in &explanation.causes {
            lines.push(inert(&cause.detail).into_owned());
            lines.extend(
                cause
                    .hint
                    .as_deref()
                    .map(|hint| format!("  {}", inert(hint))),
            );
        }
    }
    lines.push(String::new());
    for attempt in job.attempts.as_deref().unwrap_or_default() {
        let started = format::date_time(attempt.started_at, &state.zone);
        let time = attempt.duration_ms.map_or(String::new(), format::millis);
        let worker = inert(&attempt.worker_id);
        let error = attempt.error.as_ref().map(|error| inert(&error.message));
        lines.push(format!(
            "{:>4}  {:<9}  {started}  {time:>8}  {worker}  {}",
            attempt.attempt,
            attempt.outcome.as_str(),
            error.unwrap_or_default()
        ));
    }
    lines.join("\n") + "\n"
}

fn log_text(state: &State) -> Option<String> {
    let log = &state.detail.log;
    let older = log
        .has_older()
        .then(|| "(older lines are not loaded)\n".to_owned());
    let lines = log.lines().iter().map(|line| log_line(state, line));
    let text: String = older.into_iter().chain(lines).collect();
    Some(text).filter(|text| !text.is_empty())
}

fn log_line(state: &State, line: &LogEntry) -> String {
    let at = format::date_time(line.at, &state.zone);
    format!("{at} {:<6} {}\n", line.stream.as_str(), line.text)
}

/// Returns the JSON of an event.
fn json(event: &EventEnvelope) -> String {
    serde_json::to_string(event).unwrap_or_default()
}

/// Returns JSON with one value per line, or as it is if it has too many values.
fn pretty(text: &str) -> String {
    match JsonDocument::read(text) {
        Some(document) => document.pretty(),
        None => odd_client::inert_json(text).into_owned(),
    }
}
