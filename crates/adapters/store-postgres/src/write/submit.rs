use std::collections::HashMap;
use std::sync::Arc;

use odd_contracts::{JobId, Timestamp};
use odd_core::ports::{SubmitError, Submitted};
use odd_core::{NewJob, StartAt};

use super::created_jobs::CreatedJobs;
use super::dedup_index::{DedupIndex, PendingClaim, SharedKey};
use super::submit_columns::{AuxiliaryColumns, INSERT_JOBS, NewJobColumns};
use crate::codec::{self, SqlTimestamp};
use crate::error::{DbResult, damaged};
use crate::listener::{NOTIFY, Notice};
use crate::packed::{INSERT_EVENTS, event_records};
use crate::shared::Shared;
use crate::transaction::{Param, Statement, Step, Transaction, pipeline};

/// The answer to one submission.
pub(super) type SubmissionOutcome = Result<Vec<Submitted>, SubmitError>;

const INSERT_TAGS: &str = "\
INSERT INTO job_tags (tag, job) SELECT DISTINCT u.tag, j.job FROM unnest($1::text[], $2::uuid[]) AS u (tag, id) \
JOIN jobs j ON j.id = u.id";

const INSERT_SHARED_KEYS: &str = "\
INSERT INTO shared_keys (idempotency_key, job, fingerprint) \
SELECT u.idempotency_key, j.job, u.fingerprint FROM unnest($1::text[], $2::uuid[], $3::bytea[]) \
    AS u (idempotency_key, id, fingerprint) JOIN jobs j ON j.id = u.id";

const PRESENT: &str = "SELECT coalesce($1::timestamptz, now()) AS now";

/// Stores submissions in one transaction. Each is accepted or refused as a whole, independently of the others.
pub(super) async fn submit(
    shared: &Shared,
    submissions: &[Arc<[NewJob]>],
) -> DbResult<Vec<SubmissionOutcome>> {
    let tx = Transaction::on(shared).await?;
    let mut index = DedupIndex::default();
    let has_begun = submissions
        .iter()
        .any(|jobs| jobs.iter().any(may_be_duplicate));
    if has_begun {
        let checked = submissions
            .iter()
            .flat_map(|jobs| jobs.iter())
            .filter(|job| may_be_duplicate(job));
        index.load(&tx, checked).await?;
    }
    let claims = submissions
        .iter()
        .map(|jobs| index.claim(jobs))
        .collect::<Vec<_>>();
    let accepted = submissions
        .iter()
        .zip(&claims)
        .filter_map(|(jobs, claims)| Some((jobs, claims.as_ref().ok()?)));
    let new: Vec<&NewJob> = accepted
        .flat_map(|(jobs, claims)| jobs.iter().zip(claims))
        .filter(|(_, claim)| matches!(claim, PendingClaim::New))
        .map(|(job, _)| job)
        .collect();
    if new.is_empty() && index.shared_keys.is_empty() {
        if has_begun {
            tx.roll_back().await?;
        } else {
            tx.release();
        }
        return Ok(outcomes(submissions, claims, &HashMap::new()));
    }
    let stored = store(shared, tx, has_begun, &new, &index.shared_keys).await?;
    Ok(outcomes(submissions, claims, &stored))
}

/// Returns `true` if an existing job may answer the submission.
fn may_be_duplicate(job: &NewJob) -> bool {
    job.fingerprint.is_some() || job.unique_key.is_some()
}

/// Inserts new jobs with their events, and the keys that other jobs answer. Returns the answers of the new jobs.
async fn store(
    shared: &Shared,
    tx: Transaction,
    has_begun: bool,
    new: &[&NewJob],
    shared_keys: &[SharedKey],
) -> DbResult<HashMap<JobId, Submitted>> {
    let given = shared.given_time();
    let mut begin = (!has_begun).then(|| tx.begin());
    let now = match new.iter().any(|job| job.start_at != StartAt::Now) {
        true => Some(
            shared
                .server_time
                .at(present(&tx, begin.take(), &given).await?),
        ),
        false => None,
    };
    let mut created = CreatedJobs::of(shared, new, now);
    let mut notice = Notice::default();
    let delayed = created.starts.iter().flatten();
    delayed.for_each(|due_at| notice.add_due(*due_at));

    let event_rows = std::mem::take(&mut created.event_rows).finish();
    let columns = NewJobColumns::of(new, &created.starts);
    let auxiliary = AuxiliaryColumns::of(new, shared_keys);
    let text = notice.encode(&shared.instance);
    let insert_events: [Param<'_>; 4] = [
        &given,
        &event_rows.events,
        &event_rows.traces,
        &event_rows.times,
    ];
    let present = shared.server_time.now();
    let steady = (present.offset().0, SqlTimestamp(present.steady));
    let insert_jobs = columns.params(&given, &steady);
    let insert_tags: [Param<'_>; 2] = [&auxiliary.tags, &auxiliary.tagged];
    let insert_keys: [Param<'_>; 3] = [
        &auxiliary.keys,
        &auxiliary.key_jobs,
        &auxiliary.fingerprints,
    ];
    let notify: [Param<'_>; 1] = [&text];
    let steps: [Step<'_>; 5] = [
        // First, because jobs store the commit id of their events.
        (!new.is_empty(), &INSERT_EVENTS, &insert_events),
        (!new.is_empty(), INSERT_JOBS, &insert_jobs),
        (!auxiliary.tags.is_empty(), INSERT_TAGS, &insert_tags),
        (!auxiliary.keys.is_empty(), INSERT_SHARED_KEYS, &insert_keys),
        (text.is_some(), NOTIFY, &notify),
    ];
    let mut statements = Vec::from_iter(begin);
    let events_index = statements.len();
    statements.extend(tx.queries(&steps).await?);
    if new.is_empty() {
        statements.push(tx.commit());
        pipeline(statements).await?;
        tx.release();
        return Ok(HashMap::new());
    }
    let at = given.map(|at| at.0);
    let (answers, last) = tx
        .append_and_commit(statements, new.len(), at, None)
        .await?;
    tx.release();
    let inserted = answers[events_index].first();
    let inserted = inserted.ok_or_else(|| damaged("inserted events have no time"))?;
    created.set_time(codec::time(inserted, "occurred_at")?);
    let makes_ready = created.starts.iter().any(Option::is_none);
    let entries = event_records(created.events, last);
    shared.notify(&entries, &notice, makes_ready);
    Ok(created.answers)
}

/// Queries the time of the transaction. Sends `begin` first, if it is there.
async fn present(
    tx: &Transaction,
    begin: Option<Statement<'_>>,
    given: &Option<SqlTimestamp>,
) -> DbResult<Timestamp> {
    tx.prepare(PRESENT).await?;
    let params: [Param<'_>; 1] = [given];
    let mut statements = Vec::from_iter(begin);
    statements.push(tx.query(PRESENT, &params));
    let answers = pipeline(statements).await?;
    let row = answers.last().and_then(|rows| rows.first());
    let row = row.ok_or_else(|| damaged("the server returned no time"))?;
    codec::time(row, "now")
}

/// Returns the outcome of each submission. `stored` are the answers of the new jobs.
fn outcomes(
    submissions: &[Arc<[NewJob]>],
    claims: Vec<Result<Vec<PendingClaim>, SubmitError>>,
    stored: &HashMap<JobId, Submitted>,
) -> Vec<SubmissionOutcome> {
    let new = |id: &JobId| *stored.get(id).expect("every new job has been stored");
    let outcome = |(jobs, claims): (&Arc<[NewJob]>, Result<Vec<PendingClaim>, SubmitError>)| {
        let each = jobs.iter().zip(claims?).map(|(job, claim)| match claim {
            PendingClaim::New => new(&job.id),
            PendingClaim::Stored(submitted) => submitted,
            PendingClaim::InThisTransaction(id, acceptance) => Submitted {
                acceptance,
                ..new(&id)
            },
        });
        Ok(each.collect())
    };
    submissions.iter().zip(claims).map(outcome).collect()
}
