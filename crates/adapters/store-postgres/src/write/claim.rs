use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use odd_contracts::{FailureReason, JobError, JobType, QueueName, RawJson, Timestamp};
use odd_core::ports::{ClaimRequest, ClaimedJob, Lease};
use odd_core::{Change, attempt_of_run};
use tokio_postgres::Row;

use super::attempt::time_of;
use crate::change_set::{ChangeSet, Start};
use crate::codec;
use crate::error::{DbResult, damaged};
use crate::row::{COLUMNS, JobRow};
use crate::shared::{Role, Shared};
use crate::transaction::Transaction;

/// Candidates looked at beyond the wanted ones: others may be taking the first.
const SPARE: usize = 64;

/// How often a claim looks again when others hold all that is ready, and by how much longer it waits each time: half a
/// second in all, as theirs may be large claims that wait for the disk.
const LOOKS: u32 = 30;
const PAUSE: Duration = Duration::from_millis(1);

/// Takes the first ready jobs of some types that nobody else is taking out of the line. The order is that of its index
/// within each type, merged. Candidates are locked one by one in this order, passing over those that others have locked,
/// until there are enough; then their rows are.
static TAKE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH candidates AS MATERIALIZED ( \
             SELECT c.place FROM unnest($1::text[]) AS t (job_type) CROSS JOIN LATERAL ( \
                 SELECT r.ctid AS place, r.priority, r.due_at, r.job FROM ready_jobs r \
                 WHERE r.job_type = t.job_type AND ($2::text[] IS NULL OR r.queue = ANY($2)) \
                 ORDER BY r.priority DESC, r.due_at, r.job LIMIT $3) c \
             ORDER BY c.priority DESC, c.due_at, c.job LIMIT $3), \
         taken AS MATERIALIZED ( \
             SELECT r.ctid AS place, {COLUMNS}, j.created_at, j.timeout_ms, j.payload \
             FROM candidates CROSS JOIN LATERAL ( \
                 SELECT ctid, job FROM ready_jobs k WHERE k.ctid = candidates.place FOR UPDATE SKIP LOCKED) r \
             CROSS JOIN LATERAL ( \
                 SELECT * FROM jobs k WHERE k.job = r.job FOR NO KEY UPDATE SKIP LOCKED) j \
             LIMIT $4), \
         gone AS (DELETE FROM ready_jobs r USING taken WHERE r.ctid = taken.place) \
         SELECT *, coalesce($5::timestamptz, clock_timestamp()) AS now, \
             (SELECT count(*) FROM candidates) AS candidates FROM taken"
    )
});

/// The types that have ready jobs, by skipping from one to the next in the index.
const READY_TYPES: &str = "\
WITH RECURSIVE t AS ( \
    (SELECT job_type FROM ready_jobs ORDER BY job_type LIMIT 1) \
    UNION ALL \
    SELECT (SELECT r.job_type FROM ready_jobs r WHERE r.job_type > t.job_type \
            ORDER BY r.job_type LIMIT 1) FROM t WHERE t.job_type IS NOT NULL) \
SELECT job_type FROM t WHERE job_type IS NOT NULL";

const IS_ANY_READY: &str = "\
SELECT EXISTS (SELECT FROM unnest($1::text[]) AS t (job_type) CROSS JOIN LATERAL ( \
    SELECT 1 FROM ready_jobs r WHERE r.job_type = t.job_type \
    AND ($2::text[] IS NULL OR r.queue = ANY($2)) LIMIT 1) c)";

/// Takes up to the wanted number of ready jobs: highest priority first, then longest ready.
pub(crate) async fn claim(shared: &Shared, request: &ClaimRequest) -> DbResult<Vec<ClaimedJob>> {
    let types = wanted_types(shared, request).await?;
    let queues = request.queues.as_ref().map(|queues| names(queues));
    let mut claimed = Vec::new();
    let mut looks = 0;
    // Jobs that admission refuses make room for others; each round either fills the claim or empties the queue.
    while claimed.len() < request.limit {
        let wanted = request.limit - claimed.len();
        let Taken {
            found,
            is_line_longer,
            admitted,
        } = match take(shared, request, &types, queues.as_deref(), wanted).await {
            Ok(taken) => taken,
            Err(error) if claimed.is_empty() => return Err(error),
            Err(error) => {
                // What was claimed before is committed, and the caller's.
                tracing::warn!(%error, "a claim ends early");
                break;
            }
        };
        claimed.extend(admitted);
        if found == wanted || is_line_longer {
            continue;
        }
        if !claimed.is_empty() {
            break;
        }
        if found == 0 {
            looks += 1;
            if looks > LOOKS || !is_any_ready(shared, &types, queues.as_deref()).await? {
                break;
            }
            // Others hold all that is ready. They take it, or give it back, in a moment.
            tokio::time::sleep(PAUSE * looks).await;
        }
    }
    Ok(claimed)
}

async fn wanted_types(shared: &Shared, request: &ClaimRequest) -> DbResult<Vec<String>> {
    match &request.types {
        Some(types) => {
            let distinct: BTreeSet<&str> = types.iter().map(JobType::as_str).collect();
            Ok(distinct.into_iter().map(str::to_owned).collect())
        }
        None => {
            let client = shared.readers.get().await?;
            let statement = client.prepare_cached(READY_TYPES).await?;
            let rows = client.query(&statement, &[]).await?;
            rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
        }
    }
}

fn names(queues: &[QueueName]) -> Vec<String> {
    queues
        .iter()
        .map(|queue| queue.as_str().to_owned())
        .collect()
}

async fn is_any_ready(
    shared: &Shared,
    types: &[String],
    queues: Option<&[String]>,
) -> DbResult<bool> {
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(IS_ANY_READY).await?;
    let row = client.query_one(&statement, &[&types, &queues]).await?;
    Ok(row.try_get(0)?)
}

/// What one transaction of a claim took.
struct Taken {
    /// Jobs that it locked.
    found: usize,
    /// Whether there are ready jobs that it did not look at.
    is_line_longer: bool,
    /// Those that passed admission.
    admitted: Vec<ClaimedJob>,
}

/// One transaction: locks up to `wanted` jobs and starts those that pass admission.
async fn take(
    shared: &Shared,
    request: &ClaimRequest,
    types: &[String],
    queues: Option<&[String]>,
    wanted: usize,
) -> DbResult<Taken> {
    let tx = Transaction::on(&shared.writers).await?;
    let limit = i64::try_from(wanted).unwrap_or(i64::MAX);
    let candidates = i64::try_from(wanted + SPARE).unwrap_or(i64::MAX);
    let given = shared.given_time();
    let rows = tx
        .begin_with(&TAKE, &[&types, &queues, &candidates, &limit, &given])
        .await?;
    let Some(now) = time_of(&rows)? else {
        tx.roll_back().await?;
        return Ok(Taken {
            found: 0,
            is_line_longer: false,
            admitted: Vec::new(),
        });
    };
    // Leases go by the server's clock, also when it was set back.
    let clock = codec::time(&rows[0], "now")?;
    shared.server_time.told(clock);
    let seen: i64 = rows[0].try_get("candidates")?;
    let mut changes = ChangeSet::new(shared, now);
    let lease_ms = u64::try_from(request.lease.as_millis()).unwrap_or(u64::MAX);
    let lease_expires_at = clock.plus_millis(lease_ms);
    changes.begin_attempts(Start {
        worker_id: request.worker_id.clone(),
        lease_expires_at,
    });
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let input = Input::read(row)?;
        let job = JobRow::read(row)?;
        match request.admit(&job.job_type, input.payload.as_ref().map(RawJson::get)) {
            Ok(()) => claimed.push(start(&mut changes, request, job, input, lease_expires_at)),
            Err(message) => refuse(&mut changes, job, message),
        }
    }
    changes.commit(tx).await?;
    Ok(Taken {
        found: rows.len(),
        is_line_longer: seen == candidates,
        admitted: claimed,
    })
}

/// What a worker needs of a job beyond its row.
struct Input {
    created_at: Timestamp,
    timeout_ms: u64,
    payload: Option<RawJson>,
}

impl Input {
    fn read(row: &Row) -> DbResult<Self> {
        let payload: Option<String> = row.try_get("payload")?;
        let payload = payload.map(RawJson::from_text).transpose();
        Ok(Self {
            created_at: codec::time(row, "created_at")?,
            timeout_ms: codec::large_number(row, "timeout_ms")?,
            payload: payload.map_err(|error| damaged(format!("payload: {error}")))?,
        })
    }
}

fn start(
    changes: &mut ChangeSet<'_>,
    request: &ClaimRequest,
    mut row: JobRow,
    input: Input,
    lease_expires_at: Timestamp,
) -> ClaimedJob {
    changes.advance(&mut row, Role::Processor, Change::Validated);
    row.attempt += 1;
    let started = Change::Started {
        worker_id: Arc::clone(&request.worker_id),
        wait_ms: changes.now().fractional_millis_since(row.due_at),
    };
    changes.advance(&mut row, Role::Processor, started);
    changes.save_started(row.job);
    ClaimedJob {
        lease: Lease {
            job_id: row.id,
            attempt: row.attempt,
        },
        lease_expires_at,
        job_type: row.job_type,
        queue: row.queue,
        payload: input.payload,
        run: row.run,
        timeout_ms: input.timeout_ms,
        attempt_of_run: attempt_of_run(row.attempt, row.attempt_limit, row.max_attempts),
        is_last_attempt: row.attempt >= row.attempt_limit,
        correlation_id: row.correlation,
        created_at: input.created_at,
    }
}

/// Fails a job whose payload its handler cannot use.
fn refuse(changes: &mut ChangeSet<'_>, mut row: JobRow, message: String) {
    let reason = FailureReason::InvalidPayload;
    let failed = Change::Failed {
        reason,
        message: message.clone(),
        duration_ms: None,
    };
    changes.advance(&mut row, Role::Processor, failed);
    row.parked = true;
    row.error = Some(JobError { reason, message });
    changes.save(row);
}
