use odd_contracts::{LogLine, Progress};
use odd_core::Change;
use odd_core::ports::{Lease, StaleLease};

use super::attempt::hold;
use crate::change_set::ChangeSet;
use crate::codec::{At, signed, without_nul};
use crate::error::DbResult;
use crate::shared::{Role, Shared};
use crate::transaction::Transaction;

/// Log lines kept of one attempt.
const LINES_PER_ATTEMPT: i64 = 1_000;

/// Records how far an attempt is.
pub(crate) async fn record_progress(
    shared: &Shared,
    lease: Lease,
    progress: &Progress,
) -> DbResult<Result<(), StaleLease>> {
    let tx = Transaction::on(&shared.writers).await?;
    let (mut held, now) = hold(shared, &tx, std::iter::once(lease)).await?;
    let row = held
        .remove(&lease.job_id)
        .filter(|row| row.attempt == lease.attempt);
    let (Some(mut row), Some(now)) = (row, now) else {
        tx.roll_back().await?;
        return Ok(Err(StaleLease(lease)));
    };
    let mut changes = ChangeSet::new(shared, now);
    let change = Change::Progressed {
        fraction: progress.fraction,
        message: progress.message.clone(),
    };
    changes.advance(&mut row, Role::Processor, change);
    row.progress = Some(progress.clone());
    changes.save(row);
    changes.commit(tx).await?;
    Ok(Ok(()))
}

/// Locks the attempt's job in share mode, so that the attempt does not end between the look and the lines; numbers go on
/// after the last line.
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

/// Appends log lines of a running attempt, as far as there is room.
pub(crate) async fn append_log(
    shared: &Shared,
    lease: Lease,
    lines: &[LogLine],
) -> DbResult<Result<(), StaleLease>> {
    let times: Vec<At> = lines.iter().map(|line| At(line.at)).collect();
    let streams: Vec<&str> = lines.iter().map(|line| line.stream.as_str()).collect();
    let texts: Vec<_> = lines.iter().map(|line| without_nul(&line.line)).collect();
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(APPEND_LINES).await?;
    let attempt = signed(lease.attempt);
    let rows = client
        .query(
            &statement,
            &[
                &lease.job_id.0,
                &attempt,
                &times,
                &streams,
                &texts,
                &LINES_PER_ATTEMPT,
            ],
        )
        .await?;
    Ok(match rows.is_empty() {
        true => Err(StaleLease(lease)),
        false => Ok(()),
    })
}
