use odd_contracts::Timestamp;
use odd_core::Change;

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
        row.advance(session, Role::Processor, Change::Due)?;
        row.due_at = session.now();
        row.save(session)?;
        row.place().enter(session, row.job)?;
    }
    let next = session.find("SELECT min(run_at) FROM delayed", [], |row| {
        get_optional_time(row, 0)
    })?;
    session.set_next_due(next.flatten());
    Ok((count, next.flatten()))
}
