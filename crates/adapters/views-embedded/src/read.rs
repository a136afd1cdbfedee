use std::collections::BTreeMap;

use odd_contracts::Timestamp;
use odd_core::ports::{Position, TimeRange, ViewSnapshot};
use odd_core::{Bucket, BucketKey, CountKey, DurationHistogram};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, Transaction, params};

fn damaged(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, "unexpected text".into())
}

fn get_name<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get_ref(column)?
        .as_str()
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| damaged(column))
}

fn get_histogram(row: &Row<'_>, column: usize) -> rusqlite::Result<DurationHistogram> {
    let text = row.get_ref(column)?.as_str().map_err(|_| damaged(column))?;
    serde_json::from_str(text).map_err(|_| damaged(column))
}

/// Up to where the log is folded in.
pub(crate) fn position(connection: &Connection) -> rusqlite::Result<Position> {
    connection
        .prepare_cached("SELECT position FROM folded")?
        .query_row([], |row| row.get(0).map(Position))
}

/// All counts, from one moment.
pub(crate) fn snapshot(connection: &mut Connection) -> rusqlite::Result<ViewSnapshot> {
    read_snapshot(&connection.transaction()?)
}

/// All counts, as a transaction sees them.
pub(crate) fn read_snapshot(tx: &Transaction<'_>) -> rusqlite::Result<ViewSnapshot> {
    let (position, last_event_at) = tx
        .prepare_cached("SELECT position, last_event_at FROM folded")?
        .query_row([], |row| {
            Ok((row.get(0).map(Position)?, row.get::<_, Option<i64>>(1)?))
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
    let counts: rusqlite::Result<BTreeMap<CountKey, u64>> = rows.collect();
    Ok(ViewSnapshot {
        counts: counts?,
        last_event_at: last_event_at.map(Timestamp::from_micros),
        position,
    })
}

/// The buckets that begin in `range`.
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

/// A whole row of `buckets`.
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
        wait: get_histogram(row, 8)?,
        run: get_histogram(row, 9)?,
    })
}
