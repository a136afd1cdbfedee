use std::collections::HashMap;

use odd_contracts::{JobId, JobStatus, Timestamp};
use odd_core::ports::{Acceptance, LogRecord, SubmitError, Submitted};
use odd_core::{Change, JobEvent, NewJob, StartAt};
use std::sync::Arc;
use uuid::Uuid;

use super::submit_columns::{INSERT_JOBS, NewJobColumns};
use crate::codec::{self, At};
use crate::error::{DbResult, damaged};
use crate::listener::{NOTIFY, Notice};
use crate::packed::{EventRows, INSERT_EVENTS, recorded};
use crate::shared::{Role, Shared};
use crate::transaction::{Param, Params, Sent, Transaction, flight};
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

const PRESENT: &str = "SELECT coalesce($1::timestamptz, now()) AS now";

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

/// What a submission's transaction writes beside jobs and events, column by column.
struct Beside<'a> {
    tags: Vec<&'a str>,
    tagged: Vec<Uuid>,
    keys: Vec<&'a str>,
    key_jobs: Vec<Uuid>,
    fingerprints: Vec<&'a [u8]>,
}

impl<'a> Beside<'a> {
    fn of(new: &[&'a NewJob], shared_keys: &'a [SharedKey]) -> Self {
        let tags = new
            .iter()
            .flat_map(|job| job.tags.iter().map(|tag| (&**tag, job.id.0)));
        let (tags, tagged) = tags.unzip();
        let keys = shared_keys.iter();
        Self {
            tags,
            tagged,
            keys: keys.clone().map(|key| &*key.idempotency_key).collect(),
            key_jobs: keys.clone().map(|key| key.job.0).collect(),
            fingerprints: keys.map(|key| &key.fingerprint[..]).collect(),
        }
    }
}

/// Writes new jobs with their events, and keys that were answered with another job; the answers by id.
async fn store(
    shared: &Shared,
    tx: Transaction,
    has_begun: bool,
    new: &[&NewJob],
    shared_keys: &[SharedKey],
) -> DbResult<HashMap<JobId, Submitted>> {
    let delays = new.iter().any(|job| job.start_at != StartAt::Now);
    let given = shared.given_time();
    let mut begin = (!has_begun).then(|| tx.begin());
    let starts: Vec<Option<Timestamp>> = if delays {
        let now = present(&tx, begin.take(), &given).await?;
        new.iter().map(|job| starts_at(job, now)).collect()
    } else {
        vec![None; new.len()]
    };
    let mut notice = Notice::default();
    starts.iter().flatten().for_each(|at| notice.due(*at));
    let mut events = created(shared, new, &starts);

    let rows = events.rows.finish();
    let columns = NewJobColumns::of(new, &starts);
    let beside = Beside::of(new, shared_keys);
    let text = notice.text(&shared.instance);
    let insert_events: [Param<'_>; 2] = [&given, &rows];
    let insert_jobs = columns.params(&given);
    let insert_tags: [Param<'_>; 2] = [&beside.tags, &beside.tagged];
    let insert_keys: [Param<'_>; 3] = [&beside.keys, &beside.key_jobs, &beside.fingerprints];
    let notify: [Param<'_>; 1] = [&text];
    let wanted: [(bool, &str, &Params<'_>); 5] = [
        // First, as jobs note under which commit their events stand.
        (!new.is_empty(), &INSERT_EVENTS, &insert_events),
        (!new.is_empty(), INSERT_JOBS, &insert_jobs),
        (!beside.tags.is_empty(), INSERT_TAGS, &insert_tags),
        (!beside.keys.is_empty(), INSERT_SHARED_KEYS, &insert_keys),
        (text.is_some(), NOTIFY, &notify),
    ];
    for (_, sql, _) in wanted.iter().filter(|(wanted, ..)| *wanted) {
        tx.prepare(sql).await?;
    }
    let mut statements = Vec::with_capacity(7);
    statements.extend(begin);
    let events_index = statements.len();
    for (_, sql, params) in wanted.iter().filter(|(wanted, ..)| *wanted) {
        statements.push(tx.query(sql, params));
    }
    if new.is_empty() {
        statements.push(tx.commit());
        flight(statements).await?;
        tx.end();
        return Ok(HashMap::new());
    }
    let at = given.map(|at| at.0);
    let (answers, last) = tx.send_and_append(statements, new.len(), at, None).await?;
    tx.end();
    let written = answers[events_index].first();
    let written = written.ok_or_else(|| damaged("no time was given"))?;
    let now = codec::time(written, "occurred_at")?;
    let mut stored = HashMap::with_capacity(new.len());
    for (event, starts_at) in events.told.iter_mut().zip(&starts) {
        event.occurred_at = now;
        stored.insert(event.job_id, accepted(event.job_id, now, *starts_at));
    }
    let makes_ready = starts.iter().any(Option::is_none);
    let entries: Vec<LogRecord> = recorded(events.told, last);
    shared.tell(&entries, &notice, makes_ready);
    Ok(stored)
}

/// Asks for the time of the transaction, which begins with it unless it has begun.
async fn present(
    tx: &Transaction,
    begin: Option<Sent<'_>>,
    given: &Option<At>,
) -> DbResult<Timestamp> {
    tx.prepare(PRESENT).await?;
    let params: [Param<'_>; 1] = [given];
    let mut statements = Vec::from_iter(begin);
    statements.push(tx.query(PRESENT, &params));
    let answers = flight(statements).await?;
    let row = answers.last().and_then(|rows| rows.first());
    codec::time(row.ok_or_else(|| damaged("no time was given"))?, "now")
}

/// When a job becomes ready that does not at once.
fn starts_at(job: &NewJob, now: Timestamp) -> Option<Timestamp> {
    match job.start_at {
        StartAt::At(at) => (at > now).then_some(at),
        StartAt::AfterMillis(millis) => (millis > 0).then(|| now.plus_millis(millis)),
        StartAt::Now => None,
    }
}

/// The first event of each new job, as followers are told of it and as it is written.
struct CreatedEvents {
    told: Vec<JobEvent>,
    rows: EventRows,
}

/// The time of the events is known once they are written.
fn created(shared: &Shared, new: &[&NewJob], starts: &[Option<Timestamp>]) -> CreatedEvents {
    let (producer, producer_id) = shared.producer(Role::Gateway);
    let mut events = CreatedEvents {
        told: Vec::with_capacity(new.len()),
        rows: EventRows::default(),
    };
    for (job, starts_at) in new.iter().zip(starts) {
        let event = JobEvent {
            job_id: job.id,
            job_type: job.job_type.clone(),
            queue: job.queue.clone(),
            version: 1,
            attempt: None,
            occurred_at: Timestamp::from_micros(0),
            correlation_id: job.correlation_id,
            producer: producer.clone(),
            previous_status: None,
            change: Change::Created {
                priority: job.priority,
                run_at: *starts_at,
            },
        };
        events.rows.push(&event, producer_id);
        events.told.push(event);
    }
    events
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
