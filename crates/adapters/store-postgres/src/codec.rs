//! Conversion of values between columns and types of the domain.

use std::error::Error;
use std::fmt::Display;

use odd_contracts::{AttemptOutcome, FailureFingerprint, JobStatus, LogStream, Timestamp};
use odd_core::ports::Position;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::row::RowIndex;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

use crate::error::{DbResult, damaged, unreadable};

/// Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// A time in a `timestamptz` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SqlTimestamp(pub(crate) Timestamp);

impl ToSql for SqlTimestamp {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0
            .as_micros()
            .saturating_sub(EPOCH_MICROS)
            .to_sql(ty, out)
    }

    accepts!(TIMESTAMPTZ);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for SqlTimestamp {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let micros = i64::from_sql(ty, raw)?.saturating_add(EPOCH_MICROS);
        Ok(Self(Timestamp::from_micros(micros)))
    }

    accepts!(TIMESTAMPTZ);
}

/// JSON text in a `json` column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonText(pub(crate) String);

impl JsonText {
    pub(crate) fn of<T: Serialize>(value: &T) -> Self {
        Self(serde_json::to_string(value).expect("stored values always serialize"))
    }
}

impl ToSql for JsonText {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    accepts!(JSON);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for JsonText {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?.to_owned()))
    }

    accepts!(JSON);
}

/// Returns a column's value.
pub(crate) fn get<'a, T, I>(row: &'a Row, column: I) -> DbResult<T>
where
    T: FromSql<'a>,
    I: RowIndex + Display + Copy,
{
    row.try_get(column)
        .map_err(|error| unreadable(format!("column {column}"), error))
}

pub(crate) fn time(row: &Row, column: &str) -> DbResult<Timestamp> {
    Ok(get::<SqlTimestamp, _>(row, column)?.0)
}

pub(crate) fn optional_time(row: &Row, column: &str) -> DbResult<Option<Timestamp>> {
    Ok(get::<Option<SqlTimestamp>, _>(row, column)?.map(|at| at.0))
}

/// Returns an `integer` that is never negative.
pub(crate) fn number<T: TryFrom<i32>>(row: &Row, column: &str) -> DbResult<T> {
    let found: i32 = get(row, column)?;
    T::try_from(found).map_err(|_| damaged(format!("{column} is {found}")))
}

/// Returns a `bigint` that is never negative.
pub(crate) fn large_number(row: &Row, column: &str) -> DbResult<u64> {
    let found: i64 = get(row, column)?;
    u64::try_from(found).map_err(|_| damaged(format!("{column} is {found}")))
}

/// Converts a number to the type of an `integer` column.
pub(crate) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Converts a fingerprint to the type of its column.
pub(crate) fn signed_fingerprint(fingerprint: FailureFingerprint) -> i64 {
    fingerprint.0.cast_signed()
}

/// Converts a limit to the type of a `LIMIT` clause.
pub(crate) fn row_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Converts a position to the type of its column.
pub(crate) fn signed_position(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

/// Converts a number from the log to a position.
pub(crate) fn position(number: i64) -> Position {
    Position(u64::try_from(number).unwrap_or(0))
}

/// Returns a value that is stored as its text: a job type, a queue name.
pub(crate) fn name<T: std::str::FromStr>(row: &Row, column: &str) -> DbResult<T> {
    let text: &str = get(row, column)?;
    text.parse()
        .map_err(|_| damaged(format!("{column} is {text:?}")))
}

/// Returns a value that is stored as JSON, or `None` for NULL.
pub(crate) fn json<T: DeserializeOwned>(row: &Row, column: &str) -> DbResult<Option<T>> {
    let text: Option<JsonText> = get(row, column)?;
    text.map(|text| serde_json::from_str(&text.0))
        .transpose()
        .map_err(|error| unreadable(format!("column {column}"), error))
}

pub(crate) fn status(row: &Row, column: &str) -> DbResult<JobStatus> {
    parse_status(get(row, column)?)
}

pub(crate) fn parse_status(text: &str) -> DbResult<JobStatus> {
    find_by_name(&JobStatus::ALL, JobStatus::as_str, text)
}

pub(crate) fn outcome(row: &Row, column: &str) -> DbResult<AttemptOutcome> {
    find_by_name(
        &AttemptOutcome::ALL,
        AttemptOutcome::as_str,
        get(row, column)?,
    )
}

pub(crate) fn stream(row: &Row, column: &str) -> DbResult<LogStream> {
    find_by_name(&LogStream::ALL, LogStream::as_str, get(row, column)?)
}

fn find_by_name<T: Copy>(all: &[T], name: fn(T) -> &'static str, text: &str) -> DbResult<T> {
    let found = all.iter().copied().find(|known| name(*known) == text);
    found.ok_or_else(|| damaged(format!("unknown name {text:?}")))
}

/// Replaces U+0000, the one character that PostgreSQL cannot store in text, by U+FFFD.
pub(crate) fn replace_nul(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}").into()
    } else {
        text.into()
    }
}
