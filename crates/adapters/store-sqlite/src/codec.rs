//! Statuses, ids, times and errors in columns.

use odd_contracts::{
    AttemptOutcome, CorrelationId, FailureFingerprint, FailureReason, JobError, JobId, JobStatus,
    LogStream, Timestamp,
};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) fn status_code(status: JobStatus) -> i64 {
    status as i64
}

/// The lowest code of a status in a column: SQLite stores 0 and 1 in no bytes, larger ones in one.
const FIRST_STATUS: i64 = 2;

/// Returns the code of a status in a column. All have the same length, so rows are overwritten in place.
pub(crate) fn status_column(status: JobStatus) -> i64 {
    status_code(status) + FIRST_STATUS
}

/// Returns a fingerprint as a column stores it: SQLite has no unsigned integers.
pub(crate) fn fingerprint_column(fingerprint: FailureFingerprint) -> i64 {
    fingerprint.0.cast_signed()
}

pub(crate) fn outcome_code(outcome: AttemptOutcome) -> i64 {
    outcome as i64
}

pub(crate) fn stream_code(stream: LogStream) -> i64 {
    stream as i64
}

/// Returns the error for a column with an unexpected value.
pub(crate) fn damaged(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        column,
        Type::Null,
        format!("unexpected {what}").into(),
    )
}

/// Returns the error for damaged JSON.
pub(crate) fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}

fn pick<T: Copy>(all: &[T], first: i64, row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let code = row.get::<_, i64>(column)? - first;
    usize::try_from(code)
        .ok()
        .and_then(|i| all.get(i))
        .copied()
        .ok_or_else(|| damaged(column, "code"))
}

pub(crate) fn get_status(row: &Row<'_>, column: usize) -> rusqlite::Result<JobStatus> {
    pick(&JobStatus::ALL, FIRST_STATUS, row, column)
}

pub(crate) fn get_outcome(row: &Row<'_>, column: usize) -> rusqlite::Result<AttemptOutcome> {
    pick(&AttemptOutcome::ALL, 0, row, column)
}

pub(crate) fn get_stream(row: &Row<'_>, column: usize) -> rusqlite::Result<LogStream> {
    pick(&LogStream::ALL, 0, row, column)
}

pub(crate) fn get_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_micros)
}

pub(crate) fn get_optional_time(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column)
        .map(|micros| micros.map(Timestamp::from_micros))
}

pub(crate) fn get_job_id(row: &Row<'_>, column: usize) -> rusqlite::Result<JobId> {
    row.get::<_, Uuid>(column).map(JobId)
}

pub(crate) fn get_correlation(row: &Row<'_>, column: usize) -> rusqlite::Result<CorrelationId> {
    row.get::<_, Uuid>(column).map(CorrelationId)
}

/// Reads a value that parses from text: a job type, a queue name.
pub(crate) fn get_name<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row
        .get_ref(column)?
        .as_str()
        .map_err(|_| damaged(column, "column type"))?;
    text.parse().map_err(|_| damaged(column, "name"))
}

/// Reads a value from a JSON column; nothing from null.
pub(crate) fn get_json<T: for<'de> Deserialize<'de>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    match row
        .get_ref(column)?
        .as_str_or_null()
        .map_err(|_| damaged(column, "column type"))?
    {
        None => Ok(None),
        Some(text) => serde_json::from_str(text).map(Some).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
        }),
    }
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("stored values serialize to JSON")
}

pub(crate) fn get_error(
    row: &Row<'_>,
    reason: usize,
    message: usize,
) -> rusqlite::Result<Option<JobError>> {
    let Some(text) = row
        .get_ref(reason)?
        .as_str_or_null()
        .map_err(|_| damaged(reason, "column type"))?
    else {
        return Ok(None);
    };
    let reason = FailureReason::ALL
        .into_iter()
        .find(|known| known.as_str() == text)
        .ok_or_else(|| damaged(reason, "failure reason"))?;
    Ok(Some(JobError {
        reason,
        message: row.get(message)?,
    }))
}

/// The detail of a log entry about removed jobs.
#[derive(Serialize, Deserialize)]
pub(crate) struct PrunedDetail {
    pub(crate) job_type: String,
    pub(crate) queue: String,
    pub(crate) status: i64,
    pub(crate) count: u64,
    pub(crate) before: i64,
}
