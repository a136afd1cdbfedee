use std::sync::{Arc, Mutex};

use odd_contracts::{EventType, FailureReason, JobStatus, JobType};
use odd_core::Change;
use odd_core::ports::{Admission, ClaimRequest, JobQuery, RefusedJob};

use crate::conformance::store_fixture::some_request;
use crate::conformance::{Check, StoreFixture};
use crate::event_schema::assert_follows_schema;

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a refused payload fails its job", |f| Box::pin(refused(f))),
    Check::new("a long refusal is truncated to the contract's limit", |f| {
        Box::pin(long(f))
    }),
    Check::new(
        "refused jobs do not count against the limit of a claim",
        |f| Box::pin(among_others(f)),
    ),
    Check::new("a check that panics refuses only its job", |f| {
        Box::pin(panicking(f))
    }),
    Check::new(
        "each refused job is reported once, with its type and run",
        |f| Box::pin(reported(f)),
    ),
];

/// Refuses every payload, and remembers the refused jobs that a store reports.
#[derive(Default)]
struct Refusing(Mutex<Vec<RefusedJob>>);

impl Admission for Refusing {
    fn admit(&self, _: &JobType, _: Option<&str>) -> Result<(), String> {
        Err("refused by the test".into())
    }

    fn refused(&self, job: &RefusedJob) {
        self.0.lock().expect("whole").push(job.clone());
    }
}

/// Refuses `"bad"`, refuses `"long"` with a long message, panics on `"boom"`.
struct Picky;

impl Admission for Picky {
    fn admit(&self, _: &JobType, payload: Option<&str>) -> Result<(), String> {
        match payload {
            Some(r#""bad""#) => Err("must not be bad".into()),
            Some(r#""long""#) => Err("é".repeat(5_000)),
            Some(r#""boom""#) => panic!("a defect in a check of payloads"),
            _ => Ok(()),
        }
    }
}

fn picky(f: &StoreFixture, limit: usize) -> ClaimRequest {
    ClaimRequest {
        admission: Arc::new(Picky),
        ..f.request(limit)
    }
}

async fn refused(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work","payload":"bad"}"#).await;
    assert!(f.work.claim(picky(&f, 1)).await.expect("claims").is_empty());
    let job = f.job(id).await;
    let error = job.error.expect("told");
    assert_eq!((job.status, job.attempt), (JobStatus::Failed, 0));
    assert_eq!(
        (error.reason, error.message.as_str()),
        (FailureReason::InvalidPayload, "must not be bad")
    );
    assert_eq!(job.finished_at, Some(job.updated_at));
    assert_eq!(f.kinds(id).await, [EventType::Created, EventType::Failed]);
    let failed = Change::Failed {
        reason: FailureReason::InvalidPayload,
        message: "must not be bad".into(),
        duration_ms: None,
    };
    assert_eq!(f.history(id).await[1].change, failed);
    let dead = JobQuery {
        dead_letters: true,
        limit: 10,
        ..JobQuery::default()
    };
    let dead = f.reader.jobs(dead).await.expect("reads").jobs;
    assert!(dead.iter().map(|job| job.id).eq([id]));
}

async fn long(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work","payload":"long"}"#).await;
    f.work.claim(picky(&f, 1)).await.expect("claims");
    let failed = f.history(id).await.pop().expect("not empty");
    assert_follows_schema(&failed);
    let message = f.job(id).await.error.expect("told").message;
    assert_eq!(message.chars().count(), 4_096);
}

async fn among_others(f: StoreFixture) {
    for payload in ["bad", "bad", "fine", "bad", "fine"] {
        f.submit(&format!(r#"{{"type":"work","payload":"{payload}"}}"#))
            .await;
        f.advance_ms(1);
    }
    let claimed = f.work.claim(picky(&f, 2)).await.expect("claims");
    assert_eq!(claimed.len(), 2);
    assert!(f.claim(10).await.is_empty());
}

async fn panicking(f: StoreFixture) {
    let boom = f.submit(r#"{"type":"work","payload":"boom"}"#).await;
    let fine = f.submit(r#"{"type":"work","payload":"fine"}"#).await;
    let claimed = f
        .work
        .claim(picky(&f, 2))
        .await
        .expect("the store lives on");
    assert!(claimed.iter().map(|job| job.lease.job_id).eq([fine]));
    let job = f.job(boom).await;
    assert_eq!(job.status, JobStatus::Failed);
    assert_eq!(
        job.error.expect("told").reason,
        FailureReason::InvalidPayload
    );
}

async fn reported(f: StoreFixture) {
    let refusing = Arc::new(Refusing::default());
    let claim = async || {
        let request = ClaimRequest {
            admission: refusing.clone(),
            ..f.request(5)
        };
        assert!(f.work.claim(request).await.expect("claims").is_empty());
        std::mem::take(&mut *refusing.0.lock().expect("whole"))
    };
    let refused = |job_type: &str, run| RefusedJob {
        job_type: job_type.parse().expect("legal"),
        run,
    };
    let first = f.submit(r#"{"type":"work"}"#).await;
    f.advance_ms(1);
    f.submit(r#"{"type":"other"}"#).await;
    assert_eq!(claim().await, [refused("work", 1), refused("other", 1)]);
    assert!(claim().await.is_empty());
    f.store.retry(first, some_request()).await.expect("retried");
    assert_eq!(claim().await, [refused("work", 2)]);
}
