use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use odd_contracts::{JobStatus, Timestamp};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::codec::{self, At, JsonText};
use crate::error::DbResult;
use crate::listener::Notice;
use crate::read::PrunedJobs;
use crate::shared::Shared;
use crate::transaction::{Param, Transaction};

/// Jobs that may go, among the next `$5` after `$4`: they stand in about the order in which they were submitted, so the old
/// ones come first.
const EXPENDABLE: &str = "\
SELECT job, id, job_type, queue, status, created_at, \
    commits || ARRAY(SELECT o.commit_id FROM job_commits o WHERE o.job = jobs.job) AS commits, \
    coalesce($3::timestamptz, clock_timestamp()) AS now FROM jobs \
WHERE job > $4 AND job <= (SELECT max(w.job) FROM (SELECT job FROM jobs WHERE job > $4 ORDER BY job LIMIT $5) w) \
AND finished_at < $1 AND NOT parked ORDER BY job LIMIT $2 FOR UPDATE SKIP LOCKED";

/// Where these `$2` after `$1` end; nowhere, when there are fewer, or the last of them is younger than `$3`.
const WINDOW_END: &str = "\
SELECT CASE WHEN count(*) = $2 AND max(created_at) < $3 THEN max(job) ELSE 0 END \
FROM (SELECT job, created_at FROM jobs WHERE job > $1 ORDER BY job LIMIT $2) w";

/// Jobs looked at in one step, and steps of one call.
const WINDOW: i64 = 5_000;
const STEPS: usize = 40;

/// Takes the jobs `$1` with everything that hangs on them but their events.
const REMOVE: &str = "\
WITH attempts AS (DELETE FROM unsuccessful_attempts WHERE job = ANY($1)), \
     commits AS (DELETE FROM job_commits WHERE job = ANY($1)), \
     logs AS (DELETE FROM job_logs WHERE job = ANY($1)), \
     tags AS (DELETE FROM job_tags WHERE job = ANY($1)), \
     keys AS (DELETE FROM shared_keys WHERE job = ANY($1)), \
     new_commit AS (SELECT nextval('event_commit_ids')) \
DELETE FROM jobs WHERE job = ANY($1) AND EXISTS (SELECT FROM new_commit)";

/// Every event is compared with every job that goes.
const COMPARE_BY_HASH: &str = "SET LOCAL enable_hashjoin = on";

/// Takes the events of the jobs `$1` out of the commits `$2`, none of them older than `$3`.
const REMOVE_EVENTS: &str = "\
WITH held AS MATERIALIZED ( \
    SELECT commit_id, first, occurred_at, events FROM commit_events \
    WHERE commit_id = ANY($2) AND occurred_at >= $3 FOR UPDATE), \
left_over AS MATERIALIZED ( \
    SELECT h.commit_id, h.first, h.occurred_at, bool_and(e.is_gone) AS is_empty, \
        json_agg(CASE WHEN NOT e.is_gone THEN e.event END ORDER BY e.ordinal) AS events \
    FROM held h CROSS JOIN LATERAL ( \
        SELECT a.event, a.ordinal, gone.id IS NOT NULL OR json_typeof(a.event) = 'null' AS is_gone \
        FROM json_array_elements(h.events) WITH ORDINALITY AS a (event, ordinal) \
        LEFT JOIN unnest($1::uuid[]) AS gone (id) ON gone.id::text = plain_member(a.event, 0)) e \
    GROUP BY h.commit_id, h.first, h.occurred_at), \
emptied AS ( \
    DELETE FROM commit_events c USING left_over l WHERE l.is_empty \
    AND c.commit_id = l.commit_id AND c.first = l.first AND c.occurred_at = l.occurred_at) \
UPDATE commit_events c SET events = l.events FROM left_over l WHERE NOT l.is_empty \
AND c.commit_id = l.commit_id AND c.first = l.first AND c.occurred_at = l.occurred_at";

/// Makes room for the events of the coming days, and gives back what the past ones took.
const MAKE_PARTITIONS: &str = "SELECT make_partitions(3)";
const DROP_PARTITIONS: &str = "SELECT drop_partitions($1)";

/// Commits after `$1` whose events are all gone, among the next `$3` that are older than `$2`; the newest of all stays,
/// since positions go on from it. The last one looked at, and how many were.
const FORGET_COMMITS: &str = "\
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

/// Commits looked at in one step, for each job that may go.
const SCAN: i64 = 4;

/// Such steps in one call.
const FORGET_STEPS: usize = 16;

/// Removes up to `limit` terminal jobs that finished before `before`; dead letters stay. Looks on where the last call ended,
/// and begins anew behind the last old job.
pub(crate) async fn prune(shared: &Shared, before: Timestamp, limit: usize) -> DbResult<usize> {
    keep_partitions(shared, before).await?;
    let mut found = 0;
    for _ in 0..STEPS {
        found += prune_step(shared, before, limit - found).await?;
        if found == limit || shared.jobs_pruned_to.load(Ordering::Relaxed) == 0 {
            break;
        }
    }
    let commits = i64::try_from(limit)
        .unwrap_or(i64::MAX)
        .saturating_mul(SCAN);
    forget_commits(shared, before, commits).await?;
    Ok(found)
}

/// The same in one window of jobs.
async fn prune_step(shared: &Shared, before: Timestamp, limit: usize) -> DbResult<usize> {
    let after = shared.jobs_pruned_to.load(Ordering::Relaxed);
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let tx = Transaction::on(&shared.writers).await?;
    let given = shared.given_time();
    let rows = tx
        .begin_with(EXPENDABLE, &[&At(before), &most, &given, &after, &WINDOW])
        .await?;
    let last: Option<i64> = rows.last().map(|row| row.get("job"));
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
    let row = client
        .query_one(&statement, &[&after, &WINDOW, &At(before)])
        .await?;
    Ok(row.try_get(0)?)
}

async fn remove(shared: &Shared, tx: Transaction, rows: &[Row], before: Timestamp) -> DbResult<()> {
    let jobs: Vec<i64> = rows.iter().map(|row| row.get("job")).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.get("id")).collect();
    let commits: Vec<i64> = rows
        .iter()
        .flat_map(|row| row.get::<_, Vec<i64>>("commits"))
        .collect();
    let created = rows.iter().map(|row| codec::time(row, "created_at"));
    let oldest = created.collect::<DbResult<Vec<_>>>()?.into_iter().min();
    let oldest = oldest.map(At);
    let now = codec::time(&rows[0], "now")?;
    let gone = count(rows, before)?;
    let told = JsonText::of(&gone);
    tx.prepare(REMOVE).await?;
    tx.prepare(COMPARE_BY_HASH).await?;
    tx.prepare(REMOVE_EVENTS).await?;
    let (removed, emptied): ([Param<'_>; 1], [Param<'_>; 3]) = ([&jobs], [&ids, &commits, &oldest]);
    let removing = vec![
        tx.query(REMOVE, &removed),
        tx.query(COMPARE_BY_HASH, &[]),
        tx.query(REMOVE_EVENTS, &emptied),
    ];
    let (_, last) = tx
        .send_and_append(removing, gone.len(), Some(now), Some(&told))
        .await?;
    tx.end();
    let entries = PrunedJobs::placed(&gone, last)?;
    shared.tell(&entries, &Notice::default(), false);
    Ok(())
}

/// How many jobs of each kind go.
fn count(rows: &[Row], before: Timestamp) -> DbResult<Vec<PrunedJobs>> {
    let mut counts: BTreeMap<(String, String, JobStatus), u64> = BTreeMap::new();
    for row in rows {
        let kind = (
            row.try_get("job_type")?,
            row.try_get("queue")?,
            codec::status(row, "status")?,
        );
        *counts.entry(kind).or_default() += 1;
    }
    let told = counts
        .into_iter()
        .map(|((job_type, queue, status), count)| PrunedJobs {
            job_type,
            queue,
            status: status.as_str().to_owned(),
            count,
            before: before.as_micros(),
        });
    Ok(told.collect())
}

/// Looks on where the last call ended; at the end of the old ones, the next call begins anew: what stayed may have lost its
/// jobs since.
async fn forget_commits(shared: &Shared, before: Timestamp, step: i64) -> DbResult<()> {
    for _ in 0..FORGET_STEPS {
        let after = shared.pruned_to.load(Ordering::Relaxed);
        let client = shared.writers.get().await?;
        let statement = client.prepare_cached(FORGET_COMMITS).await?;
        let row = client
            .query_one(&statement, &[&after, &At(before), &step])
            .await?;
        let (seen, count): (Option<i64>, i64) = (row.try_get(0)?, row.try_get(1)?);
        let next = seen.filter(|_| count == step);
        shared.pruned_to.store(next.unwrap_or(0), Ordering::Relaxed);
        if next.is_none() {
            break;
        }
    }
    Ok(())
}

async fn keep_partitions(shared: &Shared, before: Timestamp) -> DbResult<()> {
    let client = shared.writers.get().await?;
    client.batch_execute(MAKE_PARTITIONS).await?;
    let statement = client.prepare_cached(DROP_PARTITIONS).await?;
    client.execute(&statement, &[&At(before)]).await?;
    Ok(())
}
