use odd_contracts::{LogLine, Progress};
use odd_core::ports::{Lease, MAX_LOG_LINES_PER_ATTEMPT, StaleLease};

use super::locked::LockedJobs;
use crate::change_set::ChangeSet;
use crate::codec::{SqlTimestamp, replace_nul, signed};
use crate::error::DbResult;
use crate::shared::Shared;
use crate::transaction::Transaction;

/// Records progress of a running attempt.
pub(crate) async fn record_progress(
    shared: &Shared,
    lease: Lease,
    progress: &Progress,
) -> DbResult<Result<(), StaleLease>> {
    let tx = Transaction::on(shared).await?;
    let (mut locked, time) = LockedJobs::lock(shared, &tx, std::iter::once(lease)).await?;
    let (Some(mut row), Some(time)) = (locked.remove(lease), time) else {
        tx.roll_back().await?;
        return Ok(Err(StaleLease(lease)));
    };
    let mut changes = ChangeSet::new(shared, time);
    let change = row.state.record_progress(progress.clone())?;
    changes.record(&row, change);
    changes.save(row);
    changes.commit(tx).await?;
    Ok(Ok(()))
}

/// Locks the job, so that the attempt cannot end before its lines are written. Numbers continue after the last line;
/// lines after number `$6` are dropped.
const APPEND_LINES: &str = "\
WITH held AS MATERIALIZED ( \
    SELECT j.job FROM jobs j WHERE j.id = $1 AND j.attempt = $2 AND j.status = 'EXECUTING' FOR NO KEY UPDATE), \
written AS MATERIALIZED ( \
    SELECT coalesce(max(l.line_no), 0) AS last FROM held JOIN job_logs l ON l.job = held.job AND l.attempt = $2), \
kept AS ( \
    INSERT INTO job_logs (job, attempt, line_no, at, stream, line) \
    SELECT held.job, $2, written.last + u.ordinal, u.at, u.stream, u.line \
    FROM held, written, unnest($3::timestamptz[], $4::text[], $5::text[]) WITH ORDINALITY \
        AS u (at, stream, line, ordinal) \
    WHERE written.last + u.ordinal <= $6) \
SELECT job FROM held";

/// Appends log lines of a running attempt, up to the limit of lines.
pub(crate) async fn append_log(
    shared: &Shared,
    lease: Lease,
    lines: &[LogLine],
) -> DbResult<Result<(), StaleLease>> {
    let times: Vec<SqlTimestamp> = lines.iter().map(|line| SqlTimestamp(line.at)).collect();
    let streams: Vec<&str> = lines.iter().map(|line| line.stream.as_str()).collect();
    let texts: Vec<_> = lines.iter().map(|line| replace_nul(&line.line)).collect();
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(APPEND_LINES).await?;
    let attempt = signed(lease.attempt);
    let limit = i64::from(MAX_LOG_LINES_PER_ATTEMPT);
    let rows = client
        .query(
            &statement,
            &[&lease.job_id.0, &attempt, &times, &streams, &texts, &limit],
        )
        .await?;
    Ok(match rows.is_empty() {
        true => Err(StaleLease(lease)),
        false => Ok(()),
    })
}
