//! Fingerprints of jobs that failed before the table of failed jobs existed.

use deadpool_postgres::Transaction;
use odd_contracts::{JobError, JobType};
use odd_core::failure_fingerprint;

use crate::codec;
use crate::error::DbResult;

/// Jobs of one step.
const STEP: i64 = 2_000;

const FIND: &str = "\
SELECT job, job_type, error FROM jobs \
WHERE listed_status = 'FAILED' AND job > $1 AND error IS NOT NULL ORDER BY job LIMIT $2";

/// The lock makes sure that the jobs are still FAILED.
const INSERT: &str = "\
INSERT INTO failed_jobs (fingerprint, job) \
SELECT u.fingerprint, j.job FROM unnest($1::bigint[], $2::bigint[]) AS u (fingerprint, job) JOIN jobs j USING (job) \
WHERE j.status = 'FAILED' FOR SHARE OF j \
ON CONFLICT DO NOTHING";

/// Inserts all FAILED jobs.
pub(crate) async fn fill_failures(tx: &Transaction<'_>) -> DbResult<()> {
    let mut after = 0_i64;
    loop {
        let rows = tx.query(FIND, &[&after, &STEP]).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = codec::get(last, "job")?;
        let mut jobs = Vec::with_capacity(rows.len());
        let mut fingerprints = Vec::with_capacity(rows.len());
        for row in &rows {
            let job_type: JobType = codec::name(row, "job_type")?;
            if let Some(JobError { reason, message }) = codec::json(row, "error")? {
                jobs.push(codec::get::<i64, _>(row, "job")?);
                let fingerprint = failure_fingerprint(&job_type, reason, &message);
                fingerprints.push(codec::signed_fingerprint(fingerprint));
            }
        }
        tx.execute(INSERT, &[&fingerprints, &jobs]).await?;
    }
}
