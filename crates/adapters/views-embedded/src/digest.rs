use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

/// What makes up the content, each in primary key order. The position is left out: it says how far the fold
/// went, not what it found.
const CONTENT: [&str; 3] = [
    "SELECT last_event_at FROM folded",
    "SELECT * FROM counts ORDER BY type, queue, status",
    "SELECT * FROM buckets ORDER BY start, type",
];

/// SHA-256, in hexadecimal, over every row.
pub(crate) fn digest(connection: &mut Connection) -> rusqlite::Result<String> {
    let tx = connection.transaction()?;
    let mut hash = Sha256::new();
    for sql in CONTENT {
        hash.update(sql.as_bytes());
        let mut statement = tx.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                match row.get_ref(column)? {
                    ValueRef::Integer(number) => hash.update(number.to_string().as_bytes()),
                    ValueRef::Text(text) => hash.update(text),
                    ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => hash.update(b"-"),
                }
                hash.update(b"\x1f");
            }
            hash.update(b"\x1e");
        }
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}
