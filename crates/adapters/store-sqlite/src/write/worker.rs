use odd_core::ports::WorkerRecord;
use rusqlite::params;

use super::DbResult;
use super::session::Session;
use crate::codec::to_json;

/// How long a worker that no longer reports is remembered.
const FORGET_AFTER_MS: u64 = 24 * 60 * 60 * 1_000;

/// Notes that a worker lives, and forgets those long gone.
pub(crate) fn record_worker(session: &mut Session<'_, '_>, worker: &WorkerRecord) -> DbResult<()> {
    session.change(
        "INSERT INTO workers (worker, types, concurrency, busy, seen_at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (worker) DO UPDATE SET types = ?2, concurrency = ?3, busy = ?4, seen_at = ?5",
        params![
            worker.worker_id,
            worker.types.as_ref().map(to_json),
            worker.concurrency,
            worker.busy,
            session.now().as_micros()
        ],
    )?;
    let horizon = session.now().minus_millis(FORGET_AFTER_MS);
    session
        .change(
            "DELETE FROM workers WHERE seen_at < ?1",
            params![horizon.as_micros()],
        )
        .map(drop)
}
