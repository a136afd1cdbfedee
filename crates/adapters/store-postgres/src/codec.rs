//! How times, statuses and JSON stand in columns.

use std::error::Error;

use odd_contracts::{AttemptOutcome, JobStatus, LogStream, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

use crate::error::{DbResult, damaged};

/// Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// A time in a `timestamptz` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At(pub(crate) Timestamp);

impl ToSql for At {
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

impl<'a> FromSql<'a> for At {
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
        Self(serde_json::to_string(value).expect("stored values always print as JSON"))
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

pub(crate) fn time(row: &Row, column: &str) -> DbResult<Timestamp> {
    Ok(row.try_get::<_, At>(column)?.0)
}

pub(crate) fn optional_time(row: &Row, column: &str) -> DbResult<Option<Timestamp>> {
    Ok(row.try_get::<_, Option<At>>(column)?.map(|at| at.0))
}

/// A number that is never negative.
pub(crate) fn number<T: TryFrom<i32>>(row: &Row, column: &str) -> DbResult<T> {
    let found: i32 = row.try_get(column)?;
    T::try_from(found).map_err(|_| damaged(format!("{column} is {found}")))
}

/// The same in a `bigint` column.
pub(crate) fn large_number(row: &Row, column: &str) -> DbResult<u64> {
    let found: i64 = row.try_get(column)?;
    u64::try_from(found).map_err(|_| damaged(format!("{column} is {found}")))
}

/// A count as columns have it.
pub(crate) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A value that parses from text: a job type, a queue name.
pub(crate) fn name<T: std::str::FromStr>(row: &Row, column: &str) -> DbResult<T> {
    let text: &str = row.try_get(column)?;
    text.parse()
        .map_err(|_| damaged(format!("{column} is {text:?}")))
}

/// A value kept as JSON; absent where there is nothing to say.
pub(crate) fn json<T: DeserializeOwned>(row: &Row, column: &str) -> DbResult<Option<T>> {
    let text: Option<JsonText> = row.try_get(column)?;
    text.map(|text| serde_json::from_str(&text.0))
        .transpose()
        .map_err(|error| damaged(format!("{column}: {error}")))
}

pub(crate) fn status(row: &Row, column: &str) -> DbResult<JobStatus> {
    let text: &str = row.try_get(column)?;
    status_named(text)
}

pub(crate) fn status_named(text: &str) -> DbResult<JobStatus> {
    pick(&JobStatus::ALL, JobStatus::as_str, text)
}

pub(crate) fn outcome(row: &Row, column: &str) -> DbResult<AttemptOutcome> {
    pick(
        &AttemptOutcome::ALL,
        AttemptOutcome::as_str,
        row.try_get(column)?,
    )
}

pub(crate) fn stream(row: &Row, column: &str) -> DbResult<LogStream> {
    pick(&LogStream::ALL, LogStream::as_str, row.try_get(column)?)
}

fn pick<T: Copy>(all: &[T], name: fn(T) -> &'static str, text: &str) -> DbResult<T> {
    let found = all.iter().copied().find(|known| name(*known) == text);
    found.ok_or_else(|| damaged(format!("unknown word {text:?}")))
}

/// Text without the one character that PostgreSQL cannot hold; U+FFFD stands in its place.
pub(crate) fn without_nul(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}").into()
    } else {
        text.into()
    }
}
