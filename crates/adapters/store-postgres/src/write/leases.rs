use std::collections::HashMap;
use std::time::Duration;

use odd_contracts::JobId;
use odd_core::ports::{Lease, Renewal};
use uuid::Uuid;

use crate::codec::{self, SqlTimestamp, signed};
use crate::error::DbResult;
use crate::shared::Shared;

/// Locks rows in the order of jobs, like every other transaction, so that they cannot deadlock.
const RENEW: &str = "\
WITH held AS MATERIALIZED ( \
    SELECT r.job, j.id, j.attempt, j.cancel_requested \
    FROM unnest($1::uuid[], $2::integer[]) AS u (id, attempt) JOIN jobs j ON j.id = u.id JOIN running_jobs r USING (job) \
    WHERE j.attempt = u.attempt AND j.status = 'EXECUTING' ORDER BY r.job FOR NO KEY UPDATE OF r) \
UPDATE running_jobs r SET lease_expires_at = $3 FROM held WHERE r.job = held.job \
RETURNING held.id, held.attempt, r.lease_expires_at, held.cancel_requested";

/// Extends leases to end `lease` from now. Returns one answer for each, in the given order.
pub(crate) async fn renew(
    shared: &Shared,
    leases: &[Lease],
    lease: Duration,
) -> DbResult<Vec<Renewal>> {
    let ids: Vec<Uuid> = leases.iter().map(|lease| lease.job_id.0).collect();
    let attempts: Vec<i32> = leases.iter().map(|lease| signed(lease.attempt)).collect();
    let lease_ms = u64::try_from(lease.as_millis()).unwrap_or(u64::MAX);
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(RENEW).await?;
    let until = shared.server_time.now().steady.plus_millis(lease_ms);
    let rows = client
        .query(&statement, &[&ids, &attempts, &SqlTimestamp(until)])
        .await?;
    let mut renewed = HashMap::with_capacity(rows.len());
    for row in &rows {
        let lease = Lease {
            job_id: JobId(codec::get(row, "id")?),
            attempt: codec::number(row, "attempt")?,
        };
        let renewal = Renewal::Renewed {
            expires_at: codec::time(row, "lease_expires_at")?,
            cancel_requested: codec::get(row, "cancel_requested")?,
        };
        renewed.insert(lease, renewal);
    }
    let answer = |lease| renewed.get(lease).copied().unwrap_or(Renewal::Lost);
    Ok(leases.iter().map(answer).collect())
}
