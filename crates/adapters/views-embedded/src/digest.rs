use odd_core::ViewDigest;
use rusqlite::Connection;

use crate::failures;
use crate::read::{read_bucket, read_snapshot};

/// Returns the digest of all counts, buckets and failures, from one snapshot.
pub(crate) fn digest(connection: &mut Connection) -> rusqlite::Result<String> {
    let tx = connection.transaction()?;
    let mut digest = ViewDigest::new(&read_snapshot(&tx)?);
    let mut statement = tx.prepare_cached("SELECT * FROM buckets ORDER BY start, type")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        digest.add(&read_bucket(row)?);
    }
    for (start, slice) in failures::read_rows(&tx)?.parse()? {
        digest.add_failures(start, &slice);
    }
    Ok(digest.finish())
}
