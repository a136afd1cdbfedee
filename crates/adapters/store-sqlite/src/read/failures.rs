use odd_contracts::FailureFingerprint;
use odd_core::ports::MAX_COUNTED_FAILED;
use rusqlite::{Connection, params};

use crate::codec::fingerprint_column;

/// Returns the number of FAILED jobs with each of these fingerprints, counted up to [`MAX_COUNTED_FAILED`].
pub(crate) fn count_failed(
    connection: &Connection,
    fingerprints: &[FailureFingerprint],
) -> rusqlite::Result<Vec<u64>> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM (SELECT 1 FROM unsuccessful WHERE fingerprint = ?1 LIMIT ?2)",
    )?;
    let counts = fingerprints.iter().map(|fingerprint| {
        let values = params![fingerprint_column(*fingerprint), MAX_COUNTED_FAILED];
        statement.query_row(values, |row| row.get(0))
    });
    counts.collect()
}
