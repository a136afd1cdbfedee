use odd_core::ports::{WORKER_RETENTION_MS, WorkerRecord};
use rusqlite::params;

use super::session::Session;
use crate::codec::to_json;
use crate::error::DbResult;

/// Records that a worker is alive, and deletes workers that no longer report.
pub(crate) fn record_worker(session: &mut Session<'_, '_>, worker: &WorkerRecord) -> DbResult<()> {
    let now = session.now();
    session.execute(
        "INSERT INTO workers (worker, types, concurrency, busy, seen_at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (worker) DO UPDATE SET types = ?2, concurrency = ?3, busy = ?4, seen_at = ?5",
        params![
            worker.worker_id,
            worker.types.as_ref().map(to_json),
            worker.concurrency,
            worker.busy,
            now.as_micros()
        ],
    )?;
    let oldest = now.minus_millis(WORKER_RETENTION_MS);
    let deleted = session.execute(
        "DELETE FROM workers WHERE seen_at < ?1",
        params![oldest.as_micros()],
    );
    deleted.map(drop)
}
