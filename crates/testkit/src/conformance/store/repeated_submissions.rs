use odd_contracts::{JobId, JobStatus, JobSubmission};
use odd_core::ports::{Acceptance, JobQuery, SubmitError};
use odd_core::{Clock, JobDefaults, NewJob};
use uuid::Uuid;

use crate::build::new_job;
use crate::conformance::store_fixture::{some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a repeated idempotency key gives the first job", |f| {
        Box::pin(by_key(f))
    }),
    Check::new("a repeated id gives the first job", |f| Box::pin(by_id(f))),
    Check::new("a repeated submission returns the current status", |f| {
        Box::pin(after_the_end(f))
    }),
    Check::new("a used key with another body is a conflict", |f| {
        Box::pin(key_conflict(f))
    }),
    Check::new("a used id with another body is a conflict", |f| {
        Box::pin(id_conflict(f))
    }),
    Check::new(
        "an id that was generated for another job is a conflict",
        |f| Box::pin(taken_id(f)),
    ),
    Check::new("a conflict leaves nothing of its batch", |f| {
        Box::pin(batch_conflict(f))
    }),
    Check::new("repeated submissions within a batch create one job", |f| {
        Box::pin(repeat_in_batch(f))
    }),
    Check::new("conflicts within a batch are found", |f| {
        Box::pin(conflict_in_batch(f))
    }),
    Check::new(
        "a key answered with a unique job belongs to that job",
        |f| Box::pin(key_of_unique(f)),
    ),
    Check::new("concurrent repeated submissions create one job", |f| {
        Box::pin(concurrent(f))
    }),
];

/// Builds a job submitted with `Idempotency-Key: key`.
fn keyed(key: &str, submission: &str) -> NewJob {
    let submission: JobSubmission = serde_json::from_str(submission).expect("a valid submission");
    let generated = JobId(Uuid::now_v7());
    let defaults = JobDefaults::default();
    NewJob::from_submission(
        submission,
        Some(key.into()),
        some_request(),
        generated,
        &defaults,
    )
    .expect("members that agree")
}

async fn count(f: &StoreFixture) -> usize {
    let query = JobQuery {
        limit: 1_000,
        ..JobQuery::default()
    };
    f.reader.jobs(query).await.expect("reads").jobs.len()
}

async fn by_key(f: StoreFixture) {
    let first = f
        .submit_job(keyed("k-1", r#"{"type":"work","payload":{"a":1,"b":2}}"#))
        .await;
    f.advance_ms(10);
    let repeat = keyed("k-1", r#"{ "payload": {"b":2, "a":1}, "type":"work" }"#);
    let answer = f.store.submit([repeat].into()).await.expect("accepted")[0];
    let job = f.job(first).await;
    assert_eq!(
        (answer.id, answer.acceptance),
        (first, Acceptance::Replayed)
    );
    assert_eq!(
        (answer.status, answer.accepted_at),
        (JobStatus::Pending, job.created_at)
    );
    assert_eq!(job.idempotency_key.as_deref(), Some("k-1"));
    assert_eq!((count(&f).await, f.history(first).await.len()), (1, 1));
}

async fn by_id(f: StoreFixture) {
    let text = r#"{"type":"work","id":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}"#;
    let first = f.submit(text).await;
    assert_eq!(first.to_string(), "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11");
    let answer = f
        .store
        .submit([new_job(text)].into())
        .await
        .expect("accepted")[0];
    assert_eq!(
        (answer.id, answer.acceptance),
        (first, Acceptance::Replayed)
    );
    assert_eq!(count(&f).await, 1);
}

async fn after_the_end(f: StoreFixture) {
    let first = f.submit_job(keyed("k", r#"{"type":"work"}"#)).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    let repeat = keyed("k", r#"{"type":"work"}"#);
    let answer = f.store.submit([repeat].into()).await.expect("accepted")[0];
    assert_eq!((answer.id, answer.status), (first, JobStatus::Completed));
}

async fn expect_conflict(f: &StoreFixture, jobs: Vec<NewJob>, at: usize, with: &str, of: JobId) {
    let before = count(f).await;
    let head = f.log.head().await.expect("reads");
    match f.store.submit(jobs.into()).await {
        Err(SubmitError::Conflict {
            index,
            what,
            existing,
        }) => assert_eq!((index, what, existing), (at, with, of)),
        other => panic!("not a conflict: {other:?}"),
    }
    assert_eq!(count(f).await, before, "nothing was stored");
    assert_eq!(
        f.log.head().await.expect("reads"),
        head,
        "nothing was recorded"
    );
}

async fn key_conflict(f: StoreFixture) {
    let first = f
        .submit_job(keyed("k", r#"{"type":"work","payload":1}"#))
        .await;
    let other = keyed("k", r#"{"type":"work","payload":2}"#);
    expect_conflict(&f, vec![other], 0, "Idempotency-Key", first).await;
}

async fn id_conflict(f: StoreFixture) {
    let id = JobId(Uuid::now_v7());
    let text = |n: u8| format!(r#"{{"type":"work","id":"{id}","payload":{n}}}"#);
    let first = f.submit(&text(1)).await;
    expect_conflict(&f, vec![new_job(&text(2))], 0, "id", first).await;
}

async fn taken_id(f: StoreFixture) {
    let first = f.submit(r#"{"type":"work"}"#).await;
    let same_body = new_job(&format!(r#"{{"type":"work","id":"{first}"}}"#));
    expect_conflict(&f, vec![same_body], 0, "id", first).await;
}

async fn key_of_unique(f: StoreFixture) {
    let unique = r#"{"type":"work","uniqueKey":"u"}"#;
    let first = f.submit(unique).await;
    let repeat = async || {
        let submission = [keyed("k", unique)];
        f.store.submit(submission.into()).await.expect("accepted")[0]
    };
    let answer = repeat().await;
    assert_eq!(
        (answer.id, answer.acceptance),
        (first, Acceptance::UniqueExists)
    );
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("holds");
    let answer = repeat().await;
    assert_eq!(
        (answer.id, answer.acceptance, answer.status),
        (first, Acceptance::Replayed, JobStatus::Completed)
    );
    let other = keyed("k", r#"{"type":"work"}"#);
    expect_conflict(&f, vec![other], 0, "Idempotency-Key", first).await;
    f.advance_ms(1);
    for _ in 0..20 {
        f.store.prune(f.clock.now(), 10).await.expect("prunes");
    }
    let answer = repeat().await;
    assert_eq!(answer.acceptance, Acceptance::Created, "the job is gone");
}

async fn batch_conflict(f: StoreFixture) {
    let first = f
        .submit_job(keyed("k", r#"{"type":"work","payload":1}"#))
        .await;
    let batch = vec![
        new_job(r#"{"type":"work","tags":["t"],"delayMs":5}"#),
        keyed("fresh", r#"{"type":"work"}"#),
        keyed("k", r#"{"type":"work","payload":2}"#),
        new_job(r#"{"type":"work"}"#),
    ];
    let ids: Vec<JobId> = batch.iter().map(|job| job.id).collect();
    expect_conflict(&f, batch, 2, "Idempotency-Key", first).await;
    for id in ids {
        assert!(f.reader.job(id).await.expect("reads").is_none());
    }
    // The key of the batch is free, and positions continue without a gap.
    f.submit_job(keyed("fresh", r#"{"type":"work","payload":"other"}"#))
        .await;
    assert_eq!(f.claim(10).await.len(), 2);
}

async fn repeat_in_batch(f: StoreFixture) {
    let batch = [(); 3].map(|()| keyed("k", r#"{"type":"work"}"#));
    let first = batch[0].id;
    let answers = f.store.submit(batch.into()).await.expect("accepted");
    let acceptances: Vec<Acceptance> = answers.iter().map(|answer| answer.acceptance).collect();
    assert!(answers.iter().all(|answer| answer.id == first));
    assert_eq!(
        acceptances,
        [
            Acceptance::Created,
            Acceptance::Replayed,
            Acceptance::Replayed
        ]
    );
    assert_eq!(count(&f).await, 1);
}

async fn conflict_in_batch(f: StoreFixture) {
    let batch = vec![
        new_job(r#"{"type":"work"}"#),
        keyed("k", r#"{"type":"work"}"#),
        keyed("k", r#"{"type":"other"}"#),
    ];
    let first = batch[1].id;
    expect_conflict(&f, batch, 2, "Idempotency-Key", first).await;
    assert_eq!(count(&f).await, 0);
}

async fn concurrent(f: StoreFixture) {
    let submit = |_| f.store.submit([keyed("k", r#"{"type":"work"}"#)].into());
    let answers = futures_util::future::join_all((0..50).map(submit)).await;
    let answers: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.expect("accepted")[0])
        .collect();
    let created = answers
        .iter()
        .filter(|answer| answer.acceptance == Acceptance::Created);
    assert_eq!(created.count(), 1);
    assert!(answers.iter().all(|answer| answer.id == answers[0].id));
    assert_eq!(count(&f).await, 1);
}
