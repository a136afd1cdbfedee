use std::collections::HashMap;

use odd_contracts::{JobId, JobStatus, Timestamp};
use odd_core::ports::{Acceptance, Recorded, SubmitError, Submitted};
use odd_core::{Change, JobEvent, NewJob, StartAt};
use std::sync::Arc;

use super::submit_columns::{INSERT_JOBS, NewJobColumns};
use crate::append::recorded;
use crate::change_set::Role;
use crate::codec;
use crate::error::DbResult;
use crate::listener::{NOTIFY, Notice};
use crate::store::Shared;
use crate::transaction::{Param, Params, Transaction, flight};
use crate::write::standing::{Claimant, SharedKey, Standing};

/// A submission and the answer to it.
pub(super) type Answer = Result<Vec<Submitted>, SubmitError>;

const INSERT_TAGS: &str = "\
INSERT INTO job_tags (tag, job) SELECT DISTINCT u.tag, j.job FROM unnest($1::text[], $2::uuid[]) AS u (tag, id) \
JOIN jobs j ON j.id = u.id";

const INSERT_SHARED_KEYS: &str = "\
INSERT INTO shared_keys (idempotency_key, job, fingerprint) \
SELECT u.idempotency_key, j.job, u.fingerprint FROM unnest($1::text[], $2::uuid[], $3::bytea[]) \
    AS u (idempotency_key, id, fingerprint) JOIN jobs j ON j.id = u.id";

/// Stores submissions in one transaction; each is accepted or refused as a whole, whatever becomes of the others.
pub(super) async fn submit(
    shared: &Shared,
    submissions: &[Arc<[NewJob]>],
) -> DbResult<Vec<Answer>> {
    let tx = Transaction::on(&shared.writers).await?;
    let mut standing = Standing::default();
    let has_begun = submissions.iter().any(|jobs| jobs.iter().any(is_checked));
    if has_begun {
        let checked = submissions
            .iter()
            .flat_map(|jobs| jobs.iter())
            .filter(|job| is_checked(job));
        standing.look_up(&tx, checked).await?;
    }
    let decided = submissions
        .iter()
        .map(|jobs| standing.decide(jobs))
        .collect::<Vec<_>>();
    let accepted = submissions
        .iter()
        .zip(&decided)
        .filter_map(|(jobs, claims)| Some((jobs, claims.as_ref().ok()?)));
    let new: Vec<&NewJob> = accepted
        .flat_map(|(jobs, claims)| jobs.iter().zip(claims))
        .filter(|(_, claimant)| matches!(claimant, Claimant::New))
        .map(|(job, _)| job)
        .collect();
    if new.is_empty() && standing.shared_keys.is_empty() {
        if has_begun {
            tx.roll_back().await?;
        } else {
            tx.end();
        }
        return Ok(answers(submissions, decided, &HashMap::new()));
    }
    let stored = store(shared, tx, has_begun, &new, &standing.shared_keys).await?;
    Ok(answers(submissions, decided, &stored))
}

/// Whether something that stands already may answer it.
fn is_checked(job: &NewJob) -> bool {
    job.fingerprint.is_some() || job.unique_key.is_some()
}

/// Writes new jobs with their events, and keys that were answered with another job; the answers by id.
async fn store(
    shared: &Shared,
    tx: Transaction,
    has_begun: bool,
    new: &[&NewJob],
    shared_keys: &[SharedKey],
) -> DbResult<HashMap<JobId, Submitted>> {
    let (producer, producer_id) = shared.producer(Role::Gateway);
    let given = shared.given_time();
    let columns = NewJobColumns::of(new);
    let tags = new
        .iter()
        .flat_map(|job| job.tags.iter().map(|tag| (&**tag, job.id.0)));
    let (tags, tagged): (Vec<&str>, Vec<uuid::Uuid>) = tags.unzip();
    let keys: Vec<&str> = shared_keys
        .iter()
        .map(|key| &*key.idempotency_key)
        .collect();
    let key_jobs: Vec<uuid::Uuid> = shared_keys.iter().map(|key| key.job.0).collect();
    let fingerprints: Vec<&[u8]> = shared_keys.iter().map(|key| &key.fingerprint[..]).collect();
    let delays = new.iter().any(|job| job.start_at != StartAt::Now);

    let insert = columns.params(&given, &producer_id);
    let insert_tags: [Param<'_>; 2] = [&tags, &tagged];
    let insert_keys: [Param<'_>; 3] = [&keys, &key_jobs, &fingerprints];
    let wanted: [(bool, &str, &Params<'_>); 3] = [
        (!new.is_empty(), INSERT_JOBS, &insert),
        (!tags.is_empty(), INSERT_TAGS, &insert_tags),
        (!keys.is_empty(), INSERT_SHARED_KEYS, &insert_keys),
    ];
    let mut statements = Vec::with_capacity(6);
    for (_, sql, _) in wanted.iter().filter(|(wanted, ..)| *wanted) {
        tx.prepare(sql).await?;
    }
    if !has_begun {
        statements.push(tx.begin());
    }
    let insert_index = statements.len();
    for (_, sql, params) in wanted.iter().filter(|(wanted, ..)| *wanted) {
        statements.push(tx.query(sql, params));
    }
    if new.is_empty() {
        statements.push(tx.commit());
        flight(statements).await?;
        tx.end();
        return Ok(HashMap::new());
    }
    let mut notice = Notice::default();
    let at = given.map(|at| at.0);
    let (answers, last) = if delays {
        // When the first of them is due is known only now; the log's end is not held meanwhile.
        let answers = flight(statements).await?;
        let (_, starts) = starts(&answers[insert_index])?;
        starts.values().for_each(|at| notice.due(*at));
        let text = notice.text(&shared.instance);
        tx.prepare(NOTIFY).await?;
        let notify: [Param<'_>; 1] = [&text];
        let notify = text.is_some().then(|| tx.query(NOTIFY, &notify));
        let notify = notify.into_iter().collect();
        let (_, last) = tx.send_and_append(notify, new.len(), at, None).await?;
        (answers, last)
    } else {
        tx.send_and_append(statements, new.len(), at, None).await?
    };
    let (now, starts) = starts(&answers[insert_index])?;
    tx.end();
    let mut events = Vec::with_capacity(new.len());
    let mut stored = HashMap::with_capacity(new.len());
    for (ordinal, job) in (1i64..).zip(new) {
        let run_at = starts.get(&ordinal).copied();
        events.push(created(job, now, run_at, producer.clone()));
        stored.insert(job.id, accepted(job.id, now, run_at));
    }
    let makes_ready = starts.len() < new.len();
    let entries: Vec<Recorded> = recorded(events, last);
    shared.tell(&entries, &notice, makes_ready);
    Ok(stored)
}

/// The answer to [`INSERT_JOBS`]: when the jobs were accepted, and those that start later, by their ordinal.
fn starts(rows: &[tokio_postgres::Row]) -> DbResult<(Timestamp, HashMap<i64, Timestamp>)> {
    let mut now = Timestamp::from_micros(0);
    let mut starts = HashMap::new();
    for row in rows {
        let ordinal: i64 = row.try_get("ordinal")?;
        let at = codec::time(row, "at")?;
        if ordinal == 0 {
            now = at;
        } else {
            starts.insert(ordinal, at);
        }
    }
    Ok((now, starts))
}

fn created(
    job: &NewJob,
    now: Timestamp,
    run_at: Option<Timestamp>,
    producer: Arc<odd_contracts::Producer>,
) -> JobEvent {
    JobEvent {
        job_id: job.id,
        job_type: job.job_type.clone(),
        queue: job.queue.clone(),
        version: 1,
        attempt: None,
        occurred_at: now,
        correlation_id: job.correlation_id,
        producer,
        previous_status: None,
        change: Change::Created {
            priority: job.priority,
            run_at,
        },
    }
}

fn accepted(id: JobId, now: Timestamp, run_at: Option<Timestamp>) -> Submitted {
    Submitted {
        id,
        status: match run_at {
            Some(_) => JobStatus::Scheduled,
            None => JobStatus::Pending,
        },
        accepted_at: now,
        acceptance: Acceptance::Created,
    }
}

/// Puts answers together: `stored` are the new jobs.
fn answers(
    submissions: &[Arc<[NewJob]>],
    decided: Vec<Result<Vec<Claimant>, SubmitError>>,
    stored: &HashMap<JobId, Submitted>,
) -> Vec<Answer> {
    let new = |id: &JobId| *stored.get(id).expect("what is new has been stored");
    let answer = |(jobs, claimants): (&Arc<[NewJob]>, Result<Vec<Claimant>, SubmitError>)| {
        let each = jobs
            .iter()
            .zip(claimants?)
            .map(|(job, claimant)| match claimant {
                Claimant::New => new(&job.id),
                Claimant::Stands(submitted) => submitted,
                Claimant::InThisTransaction(id, acceptance) => Submitted {
                    acceptance,
                    ..new(&id)
                },
            });
        Ok(each.collect())
    };
    submissions.iter().zip(decided).map(answer).collect()
}
