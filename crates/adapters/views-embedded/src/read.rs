use std::collections::BTreeMap;
use std::error::Error;
use std::str::FromStr;

use odd_contracts::Timestamp;
use odd_core::ports::{Position, TimeRange, ViewSnapshot};
use odd_core::{Bucket, BucketKey, CountKey, JobTally};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, Transaction, params};
use serde::de::DeserializeOwned;

/// Creates the error for a column that this crate cannot have written.
pub(crate) fn unreadable(
    column: usize,
    source: impl Into<Box<dyn Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, source.into())
}

fn get_name<T: FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    text.parse()
        .map_err(|_| unreadable(column, "the text is not a valid name"))
}

/// Parses a column of JSON.
pub(crate) fn get_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| unreadable(column, error))
}

/// Returns the position of the last folded entry.
pub(crate) fn position(connection: &Connection) -> rusqlite::Result<Position> {
    connection
        .prepare_cached("SELECT position FROM folded")?
        .query_row([], |row| row.get(0).map(Position))
}

/// Returns all counts, from one snapshot.
pub(crate) fn snapshot(connection: &mut Connection) -> rusqlite::Result<ViewSnapshot> {
    read_snapshot(&connection.transaction()?)
}

/// Returns all counts, in the snapshot of a transaction.
pub(crate) fn read_snapshot(tx: &Transaction<'_>) -> rusqlite::Result<ViewSnapshot> {
    let mut snapshot = tx
        .prepare_cached("SELECT position, last_event_at, created, finished FROM folded")?
        .query_row([], |row| {
            Ok(ViewSnapshot {
                position: row.get(0).map(Position)?,
                last_event_at: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_micros),
                tally: JobTally {
                    created: row.get(2)?,
                    finished: row.get(3)?,
                },
                ..ViewSnapshot::default()
            })
        })?;
    let mut statement = tx.prepare_cached("SELECT type, queue, status, count FROM counts")?;
    let rows = statement.query_map([], |row| {
        let key = CountKey {
            job_type: get_name(row, 0)?,
            queue: get_name(row, 1)?,
            status: get_name(row, 2)?,
        };
        Ok((key, row.get::<_, u64>(3)?))
    })?;
    snapshot.counts = rows.collect::<rusqlite::Result<BTreeMap<CountKey, u64>>>()?;
    Ok(snapshot)
}

/// Returns the buckets that start in `range`.
pub(crate) fn buckets(connection: &Connection, range: TimeRange) -> rusqlite::Result<Vec<Bucket>> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM buckets WHERE start >= ?1 AND start < ?2 ORDER BY start, type",
    )?;
    statement
        .query_map(
            params![range.from.as_micros(), range.to.as_micros()],
            read_bucket,
        )?
        .collect()
}

/// Reads a complete row of `buckets`.
pub(crate) fn read_bucket(row: &Row<'_>) -> rusqlite::Result<Bucket> {
    Ok(Bucket {
        key: BucketKey {
            start: Timestamp::from_micros(row.get(0)?),
            job_type: get_name(row, 1)?,
        },
        submitted: row.get(2)?,
        started: row.get(3)?,
        completed: row.get(4)?,
        failed: row.get(5)?,
        cancelled: row.get(6)?,
        retried: row.get(7)?,
        wait: get_json(row, 8)?,
        run: get_json(row, 9)?,
        queues: get_json(row, 10)?,
        versions: get_json(row, 11)?,
    })
}
