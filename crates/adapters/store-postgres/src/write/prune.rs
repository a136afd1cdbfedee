use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use odd_contracts::{JobStatus, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

use crate::codec::{self, JsonText, SqlTimestamp};
use crate::error::DbResult;
use crate::listener::Notice;
use crate::partitions;
use crate::read::PrunedJobs;
use crate::shared::Shared;
use crate::transaction::{Param, Step, Transaction};

/// Locks up to `$2` jobs that may be removed, among the next `$5` after `$4`. Jobs are numbered in about the order of their
/// submission, so the old ones come first.
const LOCK_PRUNABLE: &str = "\
SELECT job, id, job_type, queue, status, created_at, \
    commits || ARRAY(SELECT o.commit_id FROM job_commits o WHERE o.job = jobs.job) AS commits, \
    coalesce($3::timestamptz, clock_timestamp()) AS now FROM jobs \
WHERE job > $4 AND job <= (SELECT max(w.job) FROM (SELECT job FROM jobs WHERE job > $4 ORDER BY job LIMIT $5) w) \
AND finished_at < $1 AND NOT parked ORDER BY job LIMIT $2 FOR UPDATE SKIP LOCKED";

/// The last of the `$2` jobs after `$1`, or 0 if there are fewer or one of them is younger than `$3`. Jobs that were submitted
/// while the clock was ahead of `$4`, the present, do not count.
const WINDOW_END: &str = "\
SELECT CASE WHEN count(*) = $2 AND coalesce(max(created_at) FILTER (WHERE created_at <= $4), '-infinity') < $3 \
    THEN max(job) ELSE 0 END \
FROM (SELECT job, created_at FROM jobs WHERE job > $1 ORDER BY job LIMIT $2) w";

/// Jobs that one step checks, and steps of one call.
const WINDOW: i64 = 5_000;
const STEPS: usize = 40;

/// Deletes the jobs `$1` and everything that belongs to them, except their events.
const DELETE_JOBS: &str = "\
WITH attempts AS (DELETE FROM unsuccessful_attempts WHERE job = ANY($1)), \
     commits AS (DELETE FROM job_commits WHERE job = ANY($1)), \
     logs AS (DELETE FROM job_logs WHERE job = ANY($1)), \
     tags AS (DELETE FROM job_tags WHERE job = ANY($1)), \
     keys AS (DELETE FROM shared_keys WHERE job = ANY($1)), \
     failures AS (DELETE FROM failed_jobs WHERE job = ANY($1)), \
     removed AS (UPDATE removed_jobs SET count = count + cardinality($1::bigint[])), \
     new_commit AS (SELECT nextval('event_commit_ids')) \
DELETE FROM jobs WHERE job = ANY($1) AND EXISTS (SELECT FROM new_commit)";

/// `DELETE_EVENTS` compares every event with every removed job.
const COMPARE_BY_HASH: &str = "SET LOCAL enable_hashjoin = on";

/// Deletes the events of the jobs `$1`, and their traces, from the commits `$2`. No event of these jobs is older than `$3`. Rows
/// without traces, which are most, do nothing for traces.
const DELETE_EVENTS: &str = "\
WITH held AS MATERIALIZED ( \
    SELECT commit_id, first, occurred_at, events, traces IS NOT NULL AS is_traced FROM commit_events \
    WHERE commit_id = ANY($2) AND occurred_at >= $3 FOR UPDATE), \
left_over AS MATERIALIZED ( \
    SELECT h.commit_id, h.first, h.occurred_at, bool_and(e.is_gone) AS is_empty, \
        json_agg(CASE WHEN NOT e.is_gone THEN e.event END ORDER BY e.ordinal) AS events, \
        coalesce(array_agg((e.ordinal - 1)::text) FILTER (WHERE h.is_traced AND e.is_gone), '{}') AS gone \
    FROM held h CROSS JOIN LATERAL ( \
        SELECT a.event, a.ordinal, gone.id IS NOT NULL OR json_typeof(a.event) = 'null' AS is_gone \
        FROM json_array_elements(h.events) WITH ORDINALITY AS a (event, ordinal) \
        LEFT JOIN unnest($1::uuid[]) AS gone (id) ON gone.id::text = plain_member(a.event, 0)) e \
    GROUP BY h.commit_id, h.first, h.occurred_at), \
emptied AS ( \
    DELETE FROM commit_events c USING left_over l WHERE l.is_empty \
    AND c.commit_id = l.commit_id AND c.first = l.first AND c.occurred_at = l.occurred_at) \
UPDATE commit_events c SET events = l.events, traces = CASE WHEN c.traces IS NOT NULL THEN ( \
    SELECT json_object_agg(t.key, t.value) FROM json_each_text(c.traces) t WHERE t.key <> ALL (l.gone)) END \
FROM left_over l WHERE NOT l.is_empty \
AND c.commit_id = l.commit_id AND c.first = l.first AND c.occurred_at = l.occurred_at";

/// Deletes commits after `$1` whose events have all been deleted, among the next `$3` that are older than `$2`. The newest
/// commit stays, because the next position is computed from it. Returns the last commit that was checked, and how many
/// were.
const DELETE_COMMITS: &str = "\
WITH seen AS MATERIALIZED ( \
    SELECT last_position, commit_id, committed_at FROM event_commits \
    WHERE last_position > $1 AND committed_at < $2 \
      AND last_position < (SELECT max(last_position) FROM event_commits) \
    ORDER BY last_position LIMIT $3), \
gone AS ( \
    DELETE FROM event_commits c USING seen s WHERE c.last_position = s.last_position \
    AND NOT EXISTS (SELECT FROM commit_events e WHERE e.commit_id = s.commit_id AND e.occurred_at = s.committed_at) \
    AND NOT EXISTS (SELECT FROM outbox o WHERE o.last_position = s.last_position)) \
SELECT max(last_position), count(*) FROM seen";

/// Commits that one step checks, for each job that may be removed.
const COMMITS_PER_JOB: i64 = 4;

/// Steps of one call.
const COMMIT_STEPS: usize = 16;

/// Removes up to `limit` terminal jobs that finished before `before`, except dead letters. Continues where the last call
/// ended, and starts from the beginning after the last old job. Removes nothing while the server's clock is not trusted.
pub(crate) async fn prune(shared: &Shared, before: Timestamp, limit: usize) -> DbResult<usize> {
    let client = shared.writers.get().await?;
    partitions::create(&client).await?;
    partitions::drop_empty(&client, before).await?;
    drop(client);
    if !shared.server_time.is_trusted() {
        return Ok(0);
    }
    let mut found = 0;
    for _ in 0..STEPS {
        found += prune_step(shared, before, limit - found).await?;
        if found == limit || shared.jobs_pruned_to.load(Ordering::Relaxed) == 0 {
            break;
        }
    }
    let commits = codec::row_limit(limit).saturating_mul(COMMITS_PER_JOB);
    delete_commits(shared, before, commits).await?;
    Ok(found)
}

/// Removes jobs of one window.
async fn prune_step(shared: &Shared, before: Timestamp, limit: usize) -> DbResult<usize> {
    let after = shared.jobs_pruned_to.load(Ordering::Relaxed);
    let most = codec::row_limit(limit);
    let tx = Transaction::on(shared).await?;
    let given = shared.given_time();
    let rows = tx
        .begin_with(
            LOCK_PRUNABLE,
            &[&SqlTimestamp(before), &most, &given, &after, &WINDOW],
        )
        .await?;
    let last: Option<i64> = rows.last().map(|row| codec::get(row, "job")).transpose()?;
    if rows.is_empty() {
        tx.roll_back().await?;
    } else {
        remove(shared, tx, &rows, before).await?;
    }
    let next = match last {
        // There may be more in this window.
        Some(last) if rows.len() == limit => last,
        _ => window_end(shared, after, before).await?,
    };
    shared.jobs_pruned_to.store(next, Ordering::Relaxed);
    Ok(rows.len())
}

async fn window_end(shared: &Shared, after: i64, before: Timestamp) -> DbResult<i64> {
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(WINDOW_END).await?;
    let now = SqlTimestamp(shared.server_time.now().wall);
    let row = client
        .query_one(&statement, &[&after, &WINDOW, &SqlTimestamp(before), &now])
        .await?;
    codec::get(&row, 0)
}

async fn remove(shared: &Shared, tx: Transaction, rows: &[Row], before: Timestamp) -> DbResult<()> {
    let jobs: Vec<i64> = column(rows, "job")?;
    let ids: Vec<Uuid> = column(rows, "id")?;
    let commits = column::<Vec<i64>>(rows, "commits")?.concat();
    let oldest = column::<SqlTimestamp>(rows, "created_at")?
        .into_iter()
        .min();
    let now = codec::time(&rows[0], "now")?;
    let pruned = count(rows, before)?;
    let pruned_json = JsonText::of(&pruned);
    let deleted_jobs: [Param<'_>; 1] = [&jobs];
    let deleted_events: [Param<'_>; 3] = [&ids, &commits, &oldest];
    let steps: [Step<'_>; 3] = [
        (true, DELETE_JOBS, &deleted_jobs),
        (true, COMPARE_BY_HASH, &[]),
        (true, DELETE_EVENTS, &deleted_events),
    ];
    let statements = tx.queries(&steps).await?;
    let (_, last) = tx
        .append_and_commit(statements, pruned.len(), Some(now), Some(&pruned_json))
        .await?;
    tx.release();
    let entries = PrunedJobs::log_records(&pruned, last)?;
    shared.notify(&entries, &Notice::default(), false);
    Ok(())
}

/// Returns a column of all rows.
fn column<'a, T: FromSql<'a>>(rows: &'a [Row], name: &str) -> DbResult<Vec<T>> {
    rows.iter().map(|row| codec::get(row, name)).collect()
}

/// Counts the removed jobs of each type, queue and status.
fn count(rows: &[Row], before: Timestamp) -> DbResult<Vec<PrunedJobs>> {
    let mut counts: BTreeMap<(String, String, JobStatus), u64> = BTreeMap::new();
    for row in rows {
        let kind = (
            codec::get(row, "job_type")?,
            codec::get(row, "queue")?,
            codec::status(row, "status")?,
        );
        *counts.entry(kind).or_default() += 1;
    }
    let pruned = counts
        .into_iter()
        .map(|((job_type, queue, status), count)| PrunedJobs {
            job_type,
            queue,
            status: status.as_str().to_owned(),
            count,
            before: before.as_micros(),
        });
    Ok(pruned.collect())
}

/// Continues where the last call ended. After the last old commit, the next call starts from the beginning, because the
/// jobs of older commits may have been removed since.
async fn delete_commits(shared: &Shared, before: Timestamp, step: i64) -> DbResult<()> {
    for _ in 0..COMMIT_STEPS {
        let after = shared.pruned_to.load(Ordering::Relaxed);
        let client = shared.writers.get().await?;
        let statement = client.prepare_cached(DELETE_COMMITS).await?;
        let row = client
            .query_one(&statement, &[&after, &SqlTimestamp(before), &step])
            .await?;
        let (last, count): (Option<i64>, i64) = (codec::get(&row, 0)?, codec::get(&row, 1)?);
        let next = last.filter(|_| count == step);
        shared.pruned_to.store(next.unwrap_or(0), Ordering::Relaxed);
        if next.is_none() {
            break;
        }
    }
    Ok(())
}
