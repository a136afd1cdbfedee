use std::collections::HashMap;
use std::time::Duration;

use odd_contracts::JobId;
use odd_core::ports::{Lease, Renewal};
use uuid::Uuid;

use crate::codec::{self, signed};
use crate::error::DbResult;
use crate::store::Shared;

const RENEW: &str = "\
WITH asked AS (SELECT coalesce($4::timestamptz, clock_timestamp()) + $3::bigint * interval '1 millisecond' AS until) \
UPDATE running_jobs r SET lease_expires_at = asked.until \
FROM asked, unnest($1::uuid[], $2::integer[]) AS u (id, attempt), jobs j \
WHERE j.id = u.id AND j.attempt = u.attempt AND j.status = 'EXECUTING' AND r.job = j.job \
RETURNING j.id, j.attempt, r.lease_expires_at, j.cancel_requested";

/// Extends leases to `lease` from now.
pub(crate) async fn renew(
    shared: &Shared,
    leases: &[Lease],
    lease: Duration,
) -> DbResult<Vec<Renewal>> {
    // Sorted, so that transactions meet their rows in one order.
    let mut sorted = leases.to_vec();
    sorted.sort_unstable_by_key(|lease| lease.job_id);
    let ids: Vec<Uuid> = sorted.iter().map(|lease| lease.job_id.0).collect();
    let attempts: Vec<i32> = sorted.iter().map(|lease| signed(lease.attempt)).collect();
    let lease_ms = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(RENEW).await?;
    let given = shared.given_time();
    let rows = client
        .query(&statement, &[&ids, &attempts, &lease_ms, &given])
        .await?;
    let mut renewed = HashMap::with_capacity(rows.len());
    for row in &rows {
        let lease = Lease {
            job_id: JobId(row.try_get("id")?),
            attempt: codec::number(row, "attempt")?,
        };
        let renewal = Renewal::Renewed {
            expires_at: codec::time(row, "lease_expires_at")?,
            cancel_requested: row.try_get("cancel_requested")?,
        };
        renewed.insert(lease, renewal);
    }
    let answer = |lease| renewed.get(lease).copied().unwrap_or(Renewal::Lost);
    Ok(leases.iter().map(answer).collect())
}
