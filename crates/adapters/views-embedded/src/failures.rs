use std::collections::BTreeMap;

use odd_contracts::{FailureFingerprint, Timestamp};
use odd_core::{FailureSlice, FailureTally, PlacedTally, SliceChange};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::json::json;
use crate::read::{get_json, unreadable};

/// The rows of all failures, not yet parsed.
pub(crate) struct FailureRows {
    /// Start of the slice in microseconds, place, JSON of the tally.
    kinds: Vec<(i64, usize, String)>,
    /// Start of the slice in microseconds, failures of kinds that it does not record.
    unlisted: Vec<(i64, u64)>,
}

impl FailureRows {
    /// Returns the slices by their start, oldest first.
    pub(crate) fn parse(self) -> rusqlite::Result<Vec<(Timestamp, FailureSlice)>> {
        let mut slices: BTreeMap<i64, (Vec<PlacedTally>, u64)> = BTreeMap::new();
        for (start, place, tally) in self.kinds {
            let tally: FailureTally =
                serde_json::from_str(&tally).map_err(|error| unreadable(2, error))?;
            slices.entry(start).or_default().0.push((place, tally));
        }
        for (start, count) in self.unlisted {
            slices.entry(start).or_default().1 = count;
        }
        let slices = slices.into_iter().map(|(start, (kinds, unlisted))| {
            let start = Timestamp::from_micros(start);
            (start, FailureSlice::of_stored(kinds, unlisted))
        });
        Ok(slices.collect())
    }
}

/// Reads all failures, in the snapshot of a transaction.
pub(crate) fn read_rows(tx: &Transaction<'_>) -> rusqlite::Result<FailureRows> {
    let mut kinds = tx.prepare_cached("SELECT start, place, tally FROM failures")?;
    let kinds = kinds.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut unlisted = tx.prepare_cached("SELECT start, count FROM unlisted_failures")?;
    let unlisted = unlisted.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(FailureRows {
        kinds: kinds.collect::<rusqlite::Result<_>>()?,
        unlisted: unlisted.collect::<rusqlite::Result<_>>()?,
    })
}

/// Adds a later part to the slice that starts at `start`. Reads and writes only the kinds that occur in it.
pub(crate) fn add(
    connection: &Connection,
    start: Timestamp,
    addition: &FailureSlice,
) -> rusqlite::Result<()> {
    let kinds = connection
        .prepare_cached("SELECT count(*) FROM failures WHERE start = ?1")?
        .query_row(params![start.as_micros()], |row| row.get(0))?;
    let stored = addition.tallies.iter();
    let stored = stored.map(|tally| read_kind(connection, start, tally.fingerprint));
    let stored = stored.collect::<rusqlite::Result<Vec<_>>>()?;
    let change = SliceChange::of(addition.clone(), stored, kinds);
    for (place, tally) in &change.tallies {
        connection
            .prepare_cached("INSERT OR REPLACE INTO failures VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                start.as_micros(),
                fingerprint_column(tally.fingerprint),
                place,
                json(tally)
            ])?;
    }
    if change.unlisted > 0 {
        connection
            .prepare_cached(
                "INSERT INTO unlisted_failures VALUES (?1, ?2) ON CONFLICT DO UPDATE SET count = count + ?2",
            )?
            .execute(params![start.as_micros(), change.unlisted])?;
    }
    Ok(())
}

/// Deletes the slices that start before a time in microseconds.
pub(crate) fn delete_before(connection: &Connection, before: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM failures WHERE start < ?1")?
        .execute(params![before])?;
    connection
        .prepare_cached("DELETE FROM unlisted_failures WHERE start < ?1")?
        .execute(params![before])
        .map(drop)
}

fn read_kind(
    connection: &Connection,
    start: Timestamp,
    fingerprint: FailureFingerprint,
) -> rusqlite::Result<Option<PlacedTally>> {
    connection
        .prepare_cached("SELECT place, tally FROM failures WHERE start = ?1 AND fingerprint = ?2")?
        .query_row(
            params![start.as_micros(), fingerprint_column(fingerprint)],
            |row| Ok((row.get(0)?, get_json(row, 1)?)),
        )
        .optional()
}

/// SQLite has no unsigned numbers.
fn fingerprint_column(fingerprint: FailureFingerprint) -> i64 {
    fingerprint.0.cast_signed()
}
