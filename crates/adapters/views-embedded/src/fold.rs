use odd_contracts::Timestamp;
use odd_core::ports::{LogRecord, Position};
use odd_core::{Aggregates, BUCKET_RETENTION_MS, Bucket, FAILURE_RETENTION_MS};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::failures;
use crate::json::json;
use crate::read::{position, read_bucket};

/// Folds the entries after the stored position, and moves the position to the last entry.
pub(crate) fn apply(connection: &mut Connection, entries: &[LogRecord]) -> rusqlite::Result<()> {
    let Some(newest) = entries.last().map(|entry| entry.position) else {
        return Ok(());
    };
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = position(&tx)?;
    let mut aggregates = Aggregates::default();
    entries
        .iter()
        .filter(|entry| entry.position > done)
        .for_each(|entry| aggregates.fold(&entry.entry));
    add(&tx, &aggregates)?;
    advance(&tx, newest.max(done))?;
    tx.commit()
}

/// Sets the position of the last folded entry.
pub(crate) fn advance(connection: &Connection, to: Position) -> rusqlite::Result<()> {
    let position = i64::try_from(to.0).unwrap_or(i64::MAX);
    connection
        .prepare_cached("UPDATE folded SET position = ?1")?
        .execute(params![position])
        .map(drop)
}

/// Adds aggregates to the stored views.
pub(crate) fn add(connection: &Connection, aggregates: &Aggregates) -> rusqlite::Result<()> {
    if let Some(whole_since) = aggregates.whole_since {
        delete_before(connection, whole_since)?;
    }
    for (key, change) in aggregates.counts.iter().filter(|(_, change)| **change != 0) {
        let names = (
            key.job_type.as_str(),
            key.queue.as_str(),
            key.status.as_str(),
        );
        connection
            .prepare_cached(
                "INSERT INTO counts (type, queue, status, count) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT DO UPDATE SET count = count + ?4",
            )?
            .execute(params![names.0, names.1, names.2, change])?;
    }
    connection
        .prepare_cached("DELETE FROM counts WHERE count = 0")?
        .execute([])?;
    let tally = aggregates.tally;
    connection
        .prepare_cached("UPDATE folded SET created = created + ?1, finished = finished + ?2")?
        .execute(params![tally.created, tally.finished])?;
    for bucket in aggregates.buckets.values() {
        add_bucket(connection, bucket)?;
    }
    for (start, slice) in &aggregates.failures {
        failures::add(connection, *start, slice)?;
    }
    if let Some(at) = aggregates.last_event_at {
        connection
            .prepare_cached(
                "UPDATE folded SET last_event_at = max(coalesce(last_event_at, ?1), ?1)",
            )?
            .execute(params![at.as_micros()])?;
        delete_expired(connection, at)?;
    }
    Ok(())
}

/// Deletes everything about times before `before`, for which the log is incomplete.
fn delete_before(connection: &Connection, before: Timestamp) -> rusqlite::Result<()> {
    let before = before.as_micros();
    connection
        .prepare_cached("DELETE FROM buckets WHERE start < ?1")?
        .execute(params![before])?;
    failures::delete_before(connection, before)?;
    connection
        .prepare_cached("UPDATE folded SET last_event_at = NULL WHERE last_event_at < ?1")?
        .execute(params![before])
        .map(drop)
}

/// Deletes buckets and failures that are older than their retention, counted from the newest event.
fn delete_expired(connection: &Connection, newest: Timestamp) -> rusqlite::Result<()> {
    let horizon = newest.minus_millis(BUCKET_RETENTION_MS).as_micros();
    connection
        .prepare_cached("DELETE FROM buckets WHERE start < ?1")?
        .execute(params![horizon])?;
    let horizon = newest.minus_millis(FAILURE_RETENTION_MS).as_micros();
    failures::delete_before(connection, horizon)
}

fn add_bucket(connection: &Connection, addition: &Bucket) -> rusqlite::Result<()> {
    let key = &addition.key;
    let found = connection
        .prepare_cached("SELECT * FROM buckets WHERE start = ?1 AND type = ?2")?
        .query_row(
            params![key.start.as_micros(), key.job_type.as_str()],
            read_bucket,
        )
        .optional()?;
    let mut bucket = found.unwrap_or_else(|| Bucket::new(key.clone()));
    bucket.merge(addition);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO buckets VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            key.start.as_micros(),
            key.job_type.as_str(),
            bucket.submitted,
            bucket.started,
            bucket.completed,
            bucket.failed,
            bucket.cancelled,
            bucket.retried,
            json(&bucket.wait),
            json(&bucket.run),
            json(&bucket.queues),
            json(&bucket.versions),
        ])
        .map(drop)
}
