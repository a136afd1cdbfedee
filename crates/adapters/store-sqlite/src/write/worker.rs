use odd_core::ports::{WORKER_RETENTION_MS, WorkerRecord};
use rusqlite::params;

use super::session::Session;
use crate::codec::to_json;
use crate::error::DbResult;

/// Records that a worker is alive, and deletes workers that no longer report.
pub(crate) fn record_worker(session: &mut Session<'_, '_>, worker: &WorkerRecord) -> DbResult<()> {
    let now = session.now();
    session.execute(
        "INSERT OR REPLACE INTO workers \
         (worker, version, types, queues, concurrency, busy, is_draining, started_at, seen_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            worker.worker_id,
            worker.version,
            worker.types.as_ref().map(to_json),
            worker.queues.as_ref().map(to_json),
            worker.concurrency,
            worker.busy,
            worker.is_draining,
            worker.started_at.as_micros(),
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

/// Removes a worker that has ended.
pub(crate) fn remove_worker(session: &mut Session<'_, '_>, worker_id: &str) -> DbResult<()> {
    let removed = session.execute("DELETE FROM workers WHERE worker = ?1", params![worker_id]);
    removed.map(drop)
}
