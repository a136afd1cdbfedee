use odd_core::ports::JobTotals;

use crate::codec;
use crate::error::DbResult;
use crate::shared::Shared;

/// One statement reads one snapshot. The position belongs to it: an entry of the log commits with the change that it records,
/// and in the order of positions.
const TOTALS: &str = "\
SELECT (SELECT coalesce(max(last_position), 0) FROM event_commits) AS position, \
    (SELECT count(*) FROM jobs) AS rows, \
    (SELECT count(*) FROM ready_jobs) + (SELECT count(*) FROM running_jobs) \
        + (SELECT count(*) FROM jobs WHERE delayed_until IS NOT NULL) AS in_flight, \
    (SELECT count(*) FROM jobs WHERE listed_status = 'FAILED') AS failed, \
    (SELECT count(*) FROM jobs WHERE listed_status = 'CANCELLED') AS cancelled, \
    (SELECT count FROM removed_jobs) AS removed";

/// Returns the numbers of jobs.
pub(crate) async fn totals(shared: &Shared) -> DbResult<JobTotals> {
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(TOTALS).await?;
    let row = client.query_one(&statement, &[]).await?;
    Ok(JobTotals {
        position: codec::position(codec::get(&row, "position")?),
        rows: codec::large_number(&row, "rows")?,
        in_flight: codec::large_number(&row, "in_flight")?,
        failed: codec::large_number(&row, "failed")?,
        cancelled: codec::large_number(&row, "cancelled")?,
        removed: codec::large_number(&row, "removed")?,
    })
}
