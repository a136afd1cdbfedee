use std::collections::BTreeMap;
use std::sync::Arc;

use odd_contracts::{JobId, JobStatus, JobType, Progress};
use odd_core::NewJob;
use odd_core::ports::{
    Acceptance, Admission, ClaimRequest, Clock, CommandError, JobQuery, Lease, Renewal, StaleLease,
    SubmitError,
};
use odd_core::{CountKey, machine};

use super::command::{Command, Submission};
use super::model::Model;
use crate::build::new_job;
use crate::conformance::StoreFixture;
use crate::conformance::store_fixture::{LEASE, some_request};

/// Refuses `false`.
struct NotFalse;

impl Admission for NotFalse {
    fn admit(&self, _: &JobType, payload: Option<&str>) -> Result<(), String> {
        match payload {
            Some("false") => Err("must not be false".into()),
            _ => Ok(()),
        }
    }
}

/// Executes `commands` and checks the store after each.
pub(super) async fn play(f: &StoreFixture, commands: &[Command]) {
    let mut model = Model::new();
    for command in commands {
        let before = model.read_to;
        let expects_change = act(f, &mut model, command).await;
        let entries = f.log.read_after(before, 10_000).await.expect("reads");
        if !expects_change {
            assert!(
                entries.is_empty(),
                "{command:?} should have changed nothing: {entries:?}"
            );
        }
        let touched = model.take_in(command, entries);
        for id in touched {
            check_job(f, &model, id).await;
        }
    }
    check_counts(f, &model).await;
}

/// Executes `command`, checks the answer against the model, and returns whether it may have caused events.
async fn act(f: &StoreFixture, model: &mut Model, command: &Command) -> bool {
    match command {
        Command::Submit(submissions) => submit(f, model, submissions).await,
        Command::Claim { limit, job_type } => claim(f, model, *limit, *job_type).await,
        Command::Finish { nth, ending } => {
            let Some(lease) = model.lease(*nth) else {
                return false;
            };
            let is_held = model.is_held(lease);
            match f.finish(lease, ending.result()).await {
                Ok(_) => assert!(is_held, "a stale lease was honoured"),
                Err(stale) => {
                    assert_eq!(stale, StaleLease(lease));
                    assert!(!is_held, "a valid lease was refused");
                }
            }
            is_held
        }
        Command::Renew { nth } => {
            if let Some(lease) = model.lease(*nth) {
                renew(f, model, lease).await;
            }
            false
        }
        Command::Progress { nth } => {
            let Some(lease) = model.lease(*nth) else {
                return false;
            };
            let progress = Progress {
                fraction: 0.5,
                message: None,
            };
            let recorded = f.work.record_progress(lease, progress).await.is_ok();
            assert_eq!(recorded, model.is_held(lease));
            recorded
        }
        Command::Cancel { nth } => operate(f, model, *nth, machine::can_cancel, true).await,
        Command::Retry { nth } => operate(f, model, *nth, machine::can_retry, false).await,
        Command::Drop { nth } => {
            if let Some(id) = model.job(*nth) {
                let dropped = f.store.drop_dead_letter(id).await.is_ok();
                assert!(!dropped || model.jobs[&id].status == JobStatus::Failed);
            }
            false
        }
        Command::Promote { limit } => promote(f, model, *limit).await,
        Command::Expire { limit } => {
            let due = model.expired(f.clock.now());
            let expired = f.store.expire_leases(*limit).await.expect("expires");
            assert_eq!(expired.leases, due.min(*limit));
            assert_eq!(expired.lost.len(), expired.leases);
            expired.leases > 0
        }
        Command::Advance { millis } => {
            // Sometimes by more than the duration of a lease.
            f.advance_ms(if millis % 7 == 0 {
                millis + 30_000
            } else {
                *millis
            });
            false
        }
        Command::Prune { age_ms, limit } => prune(f, model, *age_ms, *limit).await,
    }
}

async fn submit(f: &StoreFixture, model: &Model, submissions: &[Submission]) -> bool {
    let jobs: Arc<[NewJob]> = submissions.iter().map(|s| new_job(&s.json())).collect();
    match f.store.submit(jobs.clone()).await {
        Ok(answers) => {
            assert_eq!(answers.len(), jobs.len());
            for (job, answer) in jobs.iter().zip(&answers) {
                let is_new = answer.acceptance == Acceptance::Created;
                assert!(!is_new || (answer.id == job.id && !model.jobs.contains_key(&job.id)));
                let found = f.job(answer.id).await;
                assert_eq!(found.created_at, answer.accepted_at);
                if answer.acceptance == Acceptance::UniqueExists {
                    assert_eq!(found.unique_key, job.unique_key);
                    assert!(!found.status.is_terminal());
                }
            }
            answers
                .iter()
                .any(|answer| answer.acceptance == Acceptance::Created)
        }
        Err(SubmitError::Conflict { existing, .. }) => {
            assert!(
                jobs.iter().any(|job| job.id == existing),
                "conflicts are about ids here"
            );
            false
        }
        Err(error) => panic!("{error}"),
    }
}

async fn claim(f: &StoreFixture, model: &mut Model, limit: usize, job_type: Option<u8>) -> bool {
    let types = job_type.map(|n| [format!("type-{n}").parse().expect("legal")].into());
    let ready = model.count(|known| known.status == JobStatus::Pending);
    let request = ClaimRequest {
        types,
        admission: Arc::new(NotFalse),
        ..f.request(limit)
    };
    let claimed = f.work.claim(request).await.expect("claims");
    assert!(claimed.len() <= limit.min(ready));
    for job in &claimed {
        let known = &model.jobs[&job.lease.job_id];
        assert_eq!(known.status, JobStatus::Pending);
        assert_eq!(job.lease.attempt, known.attempt + 1);
        assert_eq!(job.run, known.run);
        model.ends.insert(job.lease, job.lease_expires_at);
        let max_attempts = f.job(job.lease.job_id).await.max_attempts;
        assert!(job.attempt_of_run <= max_attempts, "{job:?}");
        assert_eq!(
            job.is_last_attempt,
            job.attempt_of_run == max_attempts,
            "{job:?}"
        );
        model.leases.push(job.lease);
    }
    if job_type.is_none() && claimed.len() < limit {
        let left = JobQuery {
            statuses: vec![JobStatus::Pending],
            limit: 1,
            ..JobQuery::default()
        };
        assert!(f.reader.jobs(left).await.expect("reads").jobs.is_empty());
    }
    ready > 0
}

async fn renew(f: &StoreFixture, model: &mut Model, lease: Lease) {
    let is_held = model.is_held(lease);
    let renewals = f.work.renew(vec![lease], LEASE).await.expect("renews");
    match renewals.as_slice() {
        [Renewal::Renewed { expires_at, .. }] => {
            assert!(is_held);
            model.ends.insert(lease, *expires_at);
        }
        [Renewal::Lost] => assert!(!is_held),
        other => panic!("one answer per lease: {other:?}"),
    }
}

/// Cancels or retries; only the status decides whether the command is allowed.
async fn operate(
    f: &StoreFixture,
    model: &Model,
    nth: usize,
    is_allowed: fn(JobStatus) -> bool,
    is_cancel: bool,
) -> bool {
    let Some(id) = model.job(nth) else {
        return false;
    };
    let answer = if is_cancel {
        f.store.cancel(id, some_request()).await
    } else {
        f.store.retry(id, some_request()).await
    };
    let expected = model.jobs[&id].status;
    match answer {
        Ok(job) => {
            assert!(is_allowed(expected));
            assert_eq!(job.id, id);
        }
        Err(CommandError::Forbidden { status, .. }) => {
            assert_eq!(status, expected);
            assert!(!is_allowed(expected));
        }
        Err(error) => panic!("{error}"),
    }
    // A request to cancel a running job is not a transition.
    is_allowed(expected) && expected != JobStatus::Executing
}

async fn promote(f: &StoreFixture, model: &Model, limit: usize) -> bool {
    let now = f.clock.now();
    let due = model.count(|known| known.run_at.is_some_and(|at| at <= now));
    let (promoted, next) = f.store.promote_due(limit).await.expect("promotes");
    assert_eq!(promoted, due.min(limit));
    if promoted < limit {
        let waiting = model.jobs.values().filter_map(|known| known.run_at);
        assert_eq!(next, waiting.filter(|at| *at > now).min());
    }
    promoted > 0
}

async fn prune(f: &StoreFixture, model: &mut Model, age_ms: u64, limit: usize) -> bool {
    let horizon = f.clock.now().minus_millis(age_ms);
    let pruned = f.store.prune(horizon, limit).await.expect("prunes");
    let mut gone = Vec::new();
    for (id, known) in &model.jobs {
        if f.reader.job(*id).await.expect("reads").is_none() {
            assert!(
                known.status.is_terminal() && known.updated_at < horizon,
                "{known:?}"
            );
            gone.push(*id);
        }
    }
    assert_eq!(gone.len(), pruned);
    assert!(pruned <= limit);
    for id in gone {
        model.jobs.remove(&id);
    }
    pruned > 0
}

/// Checks that the reader agrees with the log.
async fn check_job(f: &StoreFixture, model: &Model, id: JobId) {
    let (job, known) = (f.job(id).await, &model.jobs[&id]);
    assert_eq!(
        (job.status, job.version, job.attempt),
        (known.status, known.version, known.attempt)
    );
    assert_eq!(
        (job.run, job.updated_at, job.run_at),
        (known.run, known.updated_at, known.run_at)
    );
    assert_eq!(job.finished_at.is_some(), job.status.is_terminal());
    assert_eq!(job.finished_at.unwrap_or(job.updated_at), job.updated_at);
    let attempts = job.attempts.expect("in full");
    assert!(
        attempts
            .iter()
            .map(|attempt| attempt.attempt)
            .eq(1..=job.attempt)
    );
    assert_eq!(job.result.is_some(), job.status == JobStatus::Completed);
}

/// Checks that counts of events and counts of jobs agree.
async fn check_counts(f: &StoreFixture, model: &Model) {
    let query = JobQuery {
        limit: 10_000,
        ..JobQuery::default()
    };
    let jobs = f.reader.jobs(query).await.expect("reads").jobs;
    let mut counted: BTreeMap<CountKey, i64> = BTreeMap::new();
    let mut unique_keys = Vec::new();
    for job in jobs {
        assert!(model.jobs.contains_key(&job.id));
        unique_keys.extend(job.unique_key.filter(|_| !job.status.is_terminal()));
        let key = CountKey {
            job_type: job.job_type,
            queue: job.queue,
            status: job.status,
        };
        *counted.entry(key).or_default() += 1;
    }
    let mut folded = model.aggregates.counts.clone();
    folded.retain(|_, count| *count != 0);
    assert_eq!(folded, counted);
    unique_keys.sort();
    let keys = unique_keys.len();
    unique_keys.dedup();
    assert_eq!(
        unique_keys.len(),
        keys,
        "two unfinished jobs carry one unique key"
    );
}
