use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use odd_core::ports::StoreError;
use rusqlite::{Connection, ErrorCode};

use crate::error::classify;

/// Tables that every data file has, since the first release.
const OWN_TABLES: [&str; 2] = ["jobs", "event_segments"];

/// The first bytes of every database: <https://sqlite.org/fileformat.html#magic_header_string>.
const HEADER: &[u8] = b"SQLite format 3\0";

/// Checks that a file is empty or belongs to this program, before anything is written to it.
///
/// # Errors
/// When another program has made the file, or SQLite cannot read it.
pub(crate) fn check_owner(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    // SQLite takes a file that is shorter than its header for an empty one.
    let start = file_start(path)
        .map_err(|error| StoreError::unavailable("cannot read the data file", error))?;
    if !start.is_empty() && start != HEADER {
        return Err(foreign(path, "it is not an SQLite database"));
    }
    let tables = match table_names(connection) {
        Ok(tables) => tables,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            return Err(foreign(path, "it is not an SQLite database"));
        }
        Err(error) => return Err(classify(error)),
    };
    let is_own = OWN_TABLES
        .iter()
        .all(|own| tables.iter().any(|table| table == own));
    if tables.is_empty() || is_own {
        return Ok(());
    }
    let why = format!(
        "it is a database of another program, with the table {:?}",
        tables[0]
    );
    Err(foreign(path, &why))
}

/// Returns the first bytes of a file, as many as the header has.
fn file_start(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    let length = HEADER.len() as u64;
    File::open(path)?.take(length).read_to_end(&mut start)?;
    Ok(start)
}

fn table_names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

fn foreign(path: &Path, why: &str) -> StoreError {
    let text = format!(
        "{} is not a data file of this program: {why}. It was not changed. Move it away, or use another data directory",
        path.display()
    );
    StoreError::Broken(text.into())
}
