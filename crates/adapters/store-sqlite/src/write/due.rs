use odd_contracts::Timestamp;
use odd_core::Change;
use rusqlite::params;

use super::DbResult;
use super::row::JobRow;
use super::session::{Role, Session};
use crate::codec::get_optional_time;

/// Makes up to `limit` jobs ready whose time has come. Returns how many, and when the next is due.
pub(crate) fn promote(
    session: &mut Session<'_, '_>,
    limit: usize,
) -> DbResult<(usize, Option<Timestamp>)> {
    let due = JobRow::due(session, limit)?;
    let count = due.len();
    for mut row in due {
        row.place().leave(session, row.job)?;
        row.advance(session, Role::Processor, None, Change::Due)?;
        row.save(session)?;
        session.change(
            "UPDATE jobs SET ready_at = ?2, run_at = NULL WHERE job = ?1",
            params![row.job, session.now().as_micros()],
        )?;
        row.ready_from(session.now()).enter(session, row.job)?;
    }
    let next = session.find("SELECT min(run_at) FROM delayed", [], |row| {
        get_optional_time(row, 0)
    })?;
    session.set_next_due(next.flatten());
    Ok((count, next.flatten()))
}
