//! Fingerprints of jobs that failed in processes that do not know the table of failed jobs: before the upgrade, while processes
//! of both versions run, and after a return to the version before.

use std::time::Duration;

use deadpool_postgres::Pool;
use odd_contracts::{JobError, JobType};
use odd_core::failure_fingerprint;
use odd_core::ports::ErrorChain;

use crate::codec;
use crate::error::DbResult;

/// Jobs of one step.
const STEP: i64 = 2_000;

/// Pause before another attempt.
const PAUSE: Duration = Duration::from_secs(10);

/// The next FAILED jobs, and whether the table lacks them. Only indexes are read, as most starts find nothing to do.
const FIND: &str = "\
SELECT j.job, f.job IS NULL AS is_missing \
FROM (SELECT job FROM jobs WHERE listed_status = 'FAILED' AND job > $1 ORDER BY job LIMIT $2) j \
LEFT JOIN failed_jobs f USING (job) ORDER BY j.job";

const READ: &str =
    "SELECT job, job_type, error FROM jobs WHERE job = ANY($1) AND error IS NOT NULL";

/// The lock makes sure that the jobs are still FAILED.
const INSERT: &str = "\
INSERT INTO failed_jobs (fingerprint, job) \
SELECT u.fingerprint, j.job FROM unnest($1::bigint[], $2::bigint[]) AS u (fingerprint, job) JOIN jobs j USING (job) \
WHERE j.status = 'FAILED' FOR SHARE OF j \
ON CONFLICT DO NOTHING";

/// Inserts all FAILED jobs that are missing, while the process already works. Retries while the server cannot be reached.
pub(crate) async fn fill_failures(pool: Pool) {
    while let Err(error) = fill(&pool).await {
        tracing::warn!(
            error = %ErrorChain(&error),
            "jobs that failed in an earlier version may be missing in lists by fingerprint"
        );
        if !error.is_transient() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn fill(pool: &Pool) -> DbResult<()> {
    let mut after = 0_i64;
    loop {
        // Not kept between steps: jobs need the connections of the pool.
        let client = pool.get().await?;
        let rows = client.query(FIND, &[&after, &STEP]).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = codec::get(last, "job")?;
        let mut missing: Vec<i64> = Vec::new();
        for row in &rows {
            if codec::get(row, "is_missing")? {
                missing.push(codec::get(row, "job")?);
            }
        }
        if missing.is_empty() {
            continue;
        }
        let (mut jobs, mut fingerprints) = (Vec::new(), Vec::new());
        for row in client.query(READ, &[&missing]).await? {
            let job_type: JobType = codec::name(&row, "job_type")?;
            if let Some(JobError { reason, message }) = codec::json(&row, "error")? {
                jobs.push(codec::get::<i64, _>(&row, "job")?);
                let fingerprint = failure_fingerprint(&job_type, reason, &message);
                fingerprints.push(codec::signed_fingerprint(fingerprint));
            }
        }
        client.execute(INSERT, &[&fingerprints, &jobs]).await?;
    }
}
