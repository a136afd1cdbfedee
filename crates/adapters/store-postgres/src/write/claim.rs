use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use odd_contracts::{JobType, QueueName, RawJson, Timestamp};
use odd_core::ports::{ClaimQuota, ClaimRequest, ClaimedJob, ErrorChain, Lease, RefusedJob};
use odd_core::{JobOptions, VersionedChange, WallOffset};
use tokio_postgres::Row;

use super::locked::time_of;
use crate::change_set::{ChangeSet, Start};
use crate::codec;
use crate::error::{DbResult, unreadable};
use crate::row::{COLUMNS, JobRow};
use crate::shared::Shared;
use crate::transaction::{Param, Transaction};

/// Candidates beyond the limit, because concurrent claims may have locked the first ones.
const SPARE_CANDIDATES: usize = 64;

/// Most polls of a claim while concurrent claims hold all ready jobs. Each wait is longer than the one before by
/// [`POLL_DELAY`]: half a second in all, because those claims may be large and wait for the disk.
const MAX_POLLS: u32 = 30;
const POLL_DELAY: Duration = Duration::from_millis(1);

/// Removes the first ready jobs of some types from `ready_jobs`, skipping those that concurrent claims have locked. The
/// order is that of the index within each type, merged. Candidates are locked one by one in this order until there are
/// enough; then their rows in `jobs` are locked.
static TAKE: LazyLock<String> = LazyLock::new(|| take_statement("taken", ""));

/// Like [`TAKE`], but jobs after the first `$6` are only taken up to the first one whose type is not among `$7`. The jobs
/// after it stay locked until the transaction ends.
static TAKE_AHEAD: LazyLock<String> = LazyLock::new(|| {
    take_statement(
        "kept",
        "numbered AS (SELECT taken.*, row_number() OVER () AS number FROM taken), \
         checked AS (SELECT n.*, count(*) FILTER (WHERE n.number > $6 AND n.job_type <> ALL ($7::text[])) \
             OVER (ORDER BY n.number) AS blocked FROM numbered n), \
         kept AS MATERIALIZED (SELECT * FROM checked WHERE blocked = 0), ",
    )
});

/// Returns the statement that takes the rows of the table expression `selected`, which `definition` defines.
fn take_statement(selected: &str, definition: &str) -> String {
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
         {definition}\
         gone AS (DELETE FROM ready_jobs r USING {selected} s WHERE r.ctid = s.place) \
         SELECT *, coalesce($5::timestamptz, clock_timestamp()) AS now, \
             (SELECT count(*) FROM candidates) AS candidates FROM {selected}"
    )
}

/// The types that have ready jobs, found by skipping from one to the next in the index.
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

/// Claims ready jobs: highest priority first, then longest ready. Does not wait for jobs.
pub(crate) async fn claim(shared: &Shared, request: &ClaimRequest) -> DbResult<Vec<ClaimedJob>> {
    let types = requested_types(shared, request).await?;
    let queues = request.queues.as_ref().map(|queues| names(queues));
    let mut claimed = Vec::new();
    let mut polls = 0;
    // Refused and skipped jobs leave the queue and make room for others, so each round either fills the claim or empties
    // the queue.
    loop {
        let quota = ClaimQuota::new(request, claimed.len());
        let limit = quota.remaining();
        if limit == 0 {
            break;
        }
        let batch = match claim_batch(shared, request, &types, queues.as_deref(), quota).await {
            Ok(batch) => batch,
            Err(error) if claimed.is_empty() => return Err(error),
            Err(error) => {
                // The jobs of earlier rounds are committed and belong to the caller.
                tracing::warn!(error = %ErrorChain(&error), "a claim returns fewer jobs than it could");
                break;
            }
        };
        claimed.extend(batch.admitted);
        // The next job may have to wait for a free slot.
        if request.ahead.limit > 0 && batch.locked < limit && !claimed.is_empty() {
            break;
        }
        if batch.locked == limit || batch.has_more_ready {
            continue;
        }
        if !claimed.is_empty() {
            break;
        }
        if batch.locked == 0 {
            polls += 1;
            if polls > MAX_POLLS || !is_any_ready(shared, &types, queues.as_deref()).await? {
                break;
            }
            // Concurrent claims hold all ready jobs, and will commit or roll back soon.
            tokio::time::sleep(POLL_DELAY * polls).await;
        }
    }
    Ok(claimed)
}

async fn requested_types(shared: &Shared, request: &ClaimRequest) -> DbResult<Vec<String>> {
    match &request.types {
        Some(types) => {
            let distinct: BTreeSet<&str> = types.iter().map(JobType::as_str).collect();
            Ok(distinct.into_iter().map(str::to_owned).collect())
        }
        None => {
            let client = shared.readers.get().await?;
            let statement = client.prepare_cached(READY_TYPES).await?;
            let rows = client.query(&statement, &[]).await?;
            rows.iter().map(|row| codec::get(row, 0)).collect()
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
    codec::get(&row, 0)
}

/// The result of one transaction of a claim.
struct ClaimBatch {
    /// Number of jobs that it locked.
    locked: usize,
    /// There may be ready jobs that were not among the candidates.
    has_more_ready: bool,
    /// Started jobs: those that passed admission.
    admitted: Vec<ClaimedJob>,
}

/// Locks the jobs of `quota` in one transaction, and starts those that pass admission.
async fn claim_batch(
    shared: &Shared,
    request: &ClaimRequest,
    types: &[String],
    queues: Option<&[String]>,
    quota: ClaimQuota<'_>,
) -> DbResult<ClaimBatch> {
    let limit = quota.remaining();
    let tx = Transaction::on(shared).await?;
    let rows = take(shared, &tx, request, types, queues, quota).await?;
    let Some(time) = time_of(shared, &rows)? else {
        tx.roll_back().await?;
        return Ok(ClaimBatch {
            locked: 0,
            has_more_ready: false,
            admitted: Vec::new(),
        });
    };
    let found: i64 = codec::get(&rows[0], "candidates")?;
    let mut changes = ChangeSet::new(shared, time);
    let lease_expires_at = time.now.steady.plus_millis(request.lease_ms());
    changes.set_start(Start {
        worker_id: request.worker_id.clone(),
        lease_expires_at,
    });
    let mut admitted = Vec::with_capacity(rows.len());
    let mut refused = Vec::new();
    for row in &rows {
        let input = JobInput::read(row)?;
        let mut job = JobRow::read(row)?;
        match request.admit(&job.job_type, input.payload.as_ref().map(RawJson::get)) {
            Ok(()) => match job.state.start(&request.worker_id, time.now) {
                Ok(started) => {
                    save_start(&mut changes, &job, started);
                    admitted.push(claimed_job(job, input, lease_expires_at, time.now.offset()));
                }
                Err(refusal) => changes.skip(&job, refusal),
            },
            Err(message) => match job.state.refuse_payload(message) {
                Ok(change) => {
                    changes.record(&job, change);
                    refused.push(refused_job(&job));
                    changes.save(job);
                }
                Err(refusal) => changes.skip(&job, refusal),
            },
        }
    }
    changes.commit(tx).await?;
    request.report_refused(refused);
    Ok(ClaimBatch {
        locked: rows.len(),
        has_more_ready: found == codec::row_limit(limit + SPARE_CANDIDATES),
        admitted,
    })
}

/// Begins the transaction and takes the jobs of `quota`. Each row has the number of candidates.
async fn take(
    shared: &Shared,
    tx: &Transaction,
    request: &ClaimRequest,
    types: &[String],
    queues: Option<&[String]>,
    quota: ClaimQuota<'_>,
) -> DbResult<Vec<Row>> {
    let most = codec::row_limit(quota.remaining());
    let candidates = codec::row_limit(quota.remaining() + SPARE_CANDIDATES);
    let given = shared.given_time();
    if request.ahead.limit == 0 {
        let params: [Param<'_>; 5] = [&types, &queues, &candidates, &most, &given];
        return tx.begin_with(&TAKE, &params).await;
    }
    let of_any_type = codec::row_limit(quota.remaining_of_any_type());
    let ahead: Vec<&str> = request.ahead.types.iter().map(JobType::as_str).collect();
    let params: [Param<'_>; 7] = [
        &types,
        &queues,
        &candidates,
        &most,
        &given,
        &of_any_type,
        &ahead,
    ];
    tx.begin_with(&TAKE_AHEAD, &params).await
}

/// The columns of a job that only its worker reads.
struct JobInput {
    created_at: Timestamp,
    /// The time of the submission, or the requested start if that is later.
    wanted_at: Timestamp,
    timeout_ms: u64,
    payload: Option<RawJson>,
}

impl JobInput {
    fn read(row: &Row) -> DbResult<Self> {
        let payload: Option<String> = codec::get(row, "payload")?;
        let payload = payload.map(RawJson::from_text).transpose();
        let options: Option<JobOptions> = codec::json(row, "options")?;
        let created_at = codec::time(row, "created_at")?;
        Ok(Self {
            created_at,
            wanted_at: options.unwrap_or_default().wanted_at(created_at),
            timeout_ms: codec::large_number(row, "timeout_ms")?,
            payload: payload.map_err(|error| unreadable("a payload", error))?,
        })
    }
}

fn save_start(changes: &mut ChangeSet<'_>, row: &JobRow, started: [VersionedChange; 2]) {
    for change in started {
        changes.record(row, change);
    }
    changes.save_started(row.job);
}

fn refused_job(row: &JobRow) -> RefusedJob {
    RefusedJob {
        job_type: row.job_type.clone(),
        run: row.state.run,
    }
}

fn claimed_job(
    row: JobRow,
    input: JobInput,
    lease_expires_at: Timestamp,
    offset: WallOffset,
) -> ClaimedJob {
    ClaimedJob {
        lease: Lease {
            job_id: row.id,
            attempt: row.state.attempt,
        },
        lease_expires_at,
        job_type: row.job_type,
        queue: row.queue,
        payload: input.payload,
        run: row.state.run,
        timeout_ms: input.timeout_ms,
        attempt_of_run: row.state.attempt_of_run(),
        is_last_attempt: row.state.is_last_attempt(),
        correlation_id: row.correlation_id,
        trace: row.trace,
        created_at: input.created_at,
        wanted_at: input.wanted_at,
        ready_at: offset.to_wall(row.state.due_at),
    }
}
