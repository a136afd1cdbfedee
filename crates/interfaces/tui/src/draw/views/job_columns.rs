use odd_client::short_id;
use odd_contracts::{JobStatus, Timestamp};
use ratatui::text::Span;

use crate::data::JobRow;
use crate::draw::widgets::{Column, TableRow, status_span};
use crate::format;
use crate::state::{Jobs, SortKey, State};
use crate::view::View;

/// The columns of a table of jobs.
const COLUMNS: [Column; 8] = [
    Column::left("ID", 13),
    Column::left("STATUS", 11),
    Column::flexible("TYPE", 12),
    Column::right("TRY", 5),
    Column::right("AGE", 6),
    Column::right("RAN", 7),
    Column::left("QUEUE", 9),
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

/// Returns the columns of the table that can be sorted, with the order in which it is.
pub(super) fn sorted_columns(jobs: &Jobs) -> [Column; 8] {
    let mut columns = columns(jobs.is_wide);
    // The title of the column with the age, which the wide ones show as a time.
    let created = if jobs.is_wide { "CREATED" } else { "AGE" };
    let title = match jobs.sort {
        SortKey::Created => created,
        key => key.title(),
    };
    // A young job comes first, and so do many attempts and long times: of these the age is what grows.
    let grows = match jobs.sort {
        SortKey::Created => !jobs.is_wide,
        SortKey::Attempts | SortKey::RunTime => false,
        SortKey::Status | SortKey::Type | SortKey::Queue => true,
    };
    for column in &mut columns {
        if column.title == title {
            column.ascends = Some(grows != jobs.is_reversed);
        }
    }
    columns
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
    let ran = row
        .run_time(known_at(state))
        .map_or(String::new(), format::duration);
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

/// Returns when the rows of the view were last known: jobs may have ended since, when the data is old.
fn known_at(state: &State) -> Timestamp {
    let elapsed = state.now.elapsed;
    let age = match state.view {
        View::Overview => state.overview.figures.stale_age(elapsed),
        View::Queues => state.dead_letters.stale_age(elapsed),
        _ => state.jobs.table.stale_age(elapsed),
    };
    let millis = age.map_or(0, |age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
    state.now.wall.minus_millis(millis)
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
        true => row.tags.join(", "),
    }
}
