use std::ops::ControlFlow;
use std::sync::LazyLock;

use odd_contracts::Timestamp;
use rusqlite::params;

use super::session::Session;
use super::writer_state::Role;
use crate::codec::get_optional_time;
use crate::error::DbResult;
use crate::row::{COLUMNS, JobRow};

static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM delayed d CROSS JOIN jobs j ON j.job = d.job \
         WHERE d.run_at <= ?1 ORDER BY d.run_at LIMIT ?2"
    )
});

/// Makes up to `limit` delayed jobs ready whose time has come. Returns how many, and the steady time at which the next one is
/// due.
pub(crate) fn promote(
    session: &mut Session<'_, '_>,
    limit: usize,
) -> DbResult<(usize, Option<Timestamp>)> {
    let now = session.time();
    let mut due = Vec::new();
    session.each(&DUE, params![now.steady.as_micros(), limit], |row| {
        due.push(JobRow::read(row)?);
        Ok(ControlFlow::Continue(()))
    })?;
    let count = due.len();
    for mut row in due {
        session.delete_index(&row)?;
        let change = row.state.promote(now)?;
        session.save_change(row, Role::Processor, None, change)?;
    }
    let next = session.find("SELECT min(run_at) FROM delayed", [], |row| {
        get_optional_time(row, 0)
    })?;
    let next_due = next.flatten();
    session.state.hint.next_due = next_due;
    Ok((count, next_due))
}
