//! Fingerprints of jobs that failed in processes that do not know the table of failed jobs: before the upgrade, while processes
//! of both versions run, and after a return to the version before.

use deadpool_postgres::ClientWrapper;
use odd_contracts::{JobError, JobType};
use odd_core::failure_fingerprint;

use crate::codec;
use crate::error::DbResult;

/// Jobs of one step.
const STEP: i64 = 2_000;

/// The error is null for jobs that the table has. They are not skipped, so that a statement does not take longer if most are.
const FIND: &str = "\
SELECT j.job, j.job_type, CASE WHEN f.job IS NULL THEN j.error END AS error \
FROM jobs j LEFT JOIN failed_jobs f USING (job) \
WHERE j.listed_status = 'FAILED' AND j.job > $1 ORDER BY j.job LIMIT $2";

/// The lock makes sure that the jobs are still FAILED.
const INSERT: &str = "\
INSERT INTO failed_jobs (fingerprint, job) \
SELECT u.fingerprint, j.job FROM unnest($1::bigint[], $2::bigint[]) AS u (fingerprint, job) JOIN jobs j USING (job) \
WHERE j.status = 'FAILED' FOR SHARE OF j \
ON CONFLICT DO NOTHING";

/// Inserts all FAILED jobs that are missing.
pub(crate) async fn fill_failures(client: &ClientWrapper) -> DbResult<()> {
    let mut after = 0_i64;
    loop {
        let rows = client.query(FIND, &[&after, &STEP]).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = codec::get(last, "job")?;
        let (mut jobs, mut fingerprints) = (Vec::new(), Vec::new());
        for row in &rows {
            let job_type: JobType = codec::name(row, "job_type")?;
            if let Some(JobError { reason, message }) = codec::json(row, "error")? {
                jobs.push(codec::get::<i64, _>(row, "job")?);
                let fingerprint = failure_fingerprint(&job_type, reason, &message);
                fingerprints.push(codec::signed_fingerprint(fingerprint));
            }
        }
        if !jobs.is_empty() {
            client.execute(INSERT, &[&fingerprints, &jobs]).await?;
        }
    }
}
