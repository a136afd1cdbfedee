use odd_client::short_id;
use odd_contracts::JobStatus;
use ratatui::text::Span;

use crate::data::JobRow;
use crate::draw::widgets::{Column, TableRow, status_span};
use crate::format;
use crate::state::State;

/// The columns of a table of jobs.
const COLUMNS: [Column; 8] = [
    Column::left("ID", 13),
    Column::left("STATUS", 11),
    Column::flexible("TYPE", 16),
    Column::right("TRY", 5),
    Column::right("AGE", 6),
    Column::right("RAN", 7),
    Column::left("QUEUE", 12),
    Column::flexible("NOTE", 12),
];

/// The columns with full ids and times.
const WIDE_COLUMNS: [Column; 8] = [
    Column::left("ID", 36),
    Column::left("STATUS", 11),
    Column::flexible("TYPE", 14),
    Column::right("TRY", 5),
    Column::left("CREATED", 23),
    Column::right("RAN", 7),
    Column::left("QUEUE", 12),
    Column::flexible("NOTE", 24),
];

/// Returns the columns of a table of jobs.
pub(crate) const fn columns(is_wide: bool) -> [Column; 8] {
    match is_wide {
        true => WIDE_COLUMNS,
        false => COLUMNS,
    }
}

/// Renders a job for the columns of [`columns`].
pub(crate) fn job_row<'a>(state: &State, row: &'a JobRow, is_wide: bool) -> TableRow<'a> {
    let (theme, now) = (state.theme, state.now.wall);
    let (id, created) = match is_wide {
        true => (
            row.id.to_string(),
            format::date_time(row.created_at, &state.zone),
        ),
        false => (short_id(row.id), format::age(row.created_at, now)),
    };
    let ran = row.run_time(now).map_or(String::new(), format::duration);
    TableRow {
        cells: vec![
            Span::raw(id),
            status_span(&theme, row.status),
            Span::raw(&row.job_type),
            Span::raw(attempts(row)),
            Span::styled(created, theme.dim()),
            Span::raw(ran),
            Span::styled(&row.queue, theme.dim()),
            Span::styled(note(state, row), theme.dim()),
        ],
        is_marked: state.jobs.marks.contains(&row.id),
    }
}

fn attempts(row: &JobRow) -> String {
    match row.attempt {
        0 => String::new(),
        attempt => format!("{attempt}/{}", row.max_attempts),
    }
}

/// Renders what is most interesting about a job in its state: progress, when it runs, its error, its tags.
fn note(state: &State, row: &JobRow) -> String {
    let waits_until = row
        .run_at
        .filter(|_| matches!(row.status, JobStatus::Scheduled | JobStatus::Retrying));
    if let (JobStatus::Executing, Some(fraction)) = (row.status, row.progress) {
        return format!("{:.0} % {}", fraction * 100.0, row.note);
    }
    if let Some(at) = waits_until {
        let wait = format::between(state.now.wall, at);
        let note = if row.note.is_empty() { "" } else { ": " };
        return format!("in {}{note}{}", format::duration(wait), row.note);
    }
    match row.note.is_empty() {
        false => row.note.clone(),
        true => row.tags.clone(),
    }
}
