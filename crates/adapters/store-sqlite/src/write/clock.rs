//! What a jump of the wall clock changes in the file.

use std::ops::ControlFlow;

use odd_contracts::Timestamp;
use odd_core::{JobOptions, StartAt};
use rusqlite::params;

use super::session::Session;
use crate::codec::{get_json, get_time};
use crate::error::DbResult;

/// If the wall clock jumped, saves the clock after the jump, and moves the jobs that wait for a time of the wall clock to their new place.
pub(super) fn save_jump(session: &mut Session<'_, '_>) -> DbResult<()> {
    let Some(clock) = session.state.unsaved_clock else {
        return Ok(());
    };
    session.execute(
        "INSERT OR REPLACE INTO clock (one, wall_offset, distrusted_at) VALUES (1, ?1, ?2)",
        params![
            clock.offset.0,
            clock.distrusted_at.map(Timestamp::as_micros)
        ],
    )?;
    for (job, due_at, wanted_at) in waiting_for_wall_time(session)? {
        session.move_delayed(job, due_at, clock.offset.to_steady(wanted_at))?;
    }
    Ok(())
}

/// Returns the jobs that wait for a time of the wall clock: row, place in the index, and time.
fn waiting_for_wall_time(
    session: &mut Session<'_, '_>,
) -> DbResult<Vec<(i64, Timestamp, Timestamp)>> {
    let mut found = Vec::new();
    session.each(
        "SELECT j.job, d.run_at, j.options, j.attempt FROM delayed d CROSS JOIN jobs j ON j.job = d.job \
         WHERE j.options ->> '$.start_at' IS NOT NULL AND j.attempt = 0",
        [],
        |row| {
            let options: Option<JobOptions> = get_json(row, 2)?;
            if let Some(StartAt::At(wanted_at)) = options.map(|options| options.start_at) {
                found.push((row.get(0)?, get_time(row, 1)?, wanted_at));
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    Ok(found)
}
