use std::sync::Arc;

use odd_contracts::{FailureFingerprint, FailureReason, JobId, JobStatus, JobType};
use odd_core::ports::{Admission, ClaimRequest, JobQuery, SortOrder};

use crate::conformance::store_fixture::{failed_for, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a failed job has the fingerprint of its failure", |f| {
        Box::pin(shown(f))
    }),
    Check::new("failed jobs are listed and counted by fingerprint", |f| {
        Box::pin(listed(f))
    }),
    Check::new(
        "a retried job has no fingerprint until it fails again",
        |f| Box::pin(retried(f)),
    ),
    Check::new("jobs whose payload is refused have a fingerprint", |f| {
        Box::pin(refused(f))
    }),
    Check::new("pruned jobs are no longer counted by fingerprint", |f| {
        Box::pin(pruned(f))
    }),
    Check::new("fingerprints combine with other filters", |f| {
        Box::pin(combined(f))
    }),
];

struct RefuseAll;

impl Admission for RefuseAll {
    fn admit(&self, _: &JobType, payload: Option<&str>) -> Result<(), String> {
        Err(format!("must be a text, not {}", payload.unwrap_or("null")))
    }
}

/// Submits a job and lets it fail for good.
async fn fail(f: &StoreFixture, submission: &str, message: &str) -> JobId {
    let id = f.submit(submission).await;
    let lease = f.claim_one().await.lease;
    let result = failed_for(FailureReason::Permanent, message);
    assert_eq!(f.finish(lease, result).await, Ok(JobStatus::Failed));
    id
}

async fn fingerprint(f: &StoreFixture, id: JobId) -> FailureFingerprint {
    f.job(id).await.fingerprint.expect("it failed")
}

fn with(fingerprint: FailureFingerprint) -> JobQuery {
    JobQuery {
        fingerprint: Some(fingerprint),
        limit: 100,
        ..JobQuery::default()
    }
}

async fn found(f: &StoreFixture, query: JobQuery) -> Vec<JobId> {
    let page = f.reader.jobs(query).await.expect("reads");
    page.jobs.iter().map(|job| job.id).collect()
}

async fn count(f: &StoreFixture, fingerprint: FailureFingerprint) -> u64 {
    let counts = f.reader.count_failed(&[fingerprint]).await;
    counts.expect("reads")[0]
}

async fn shown(f: StoreFixture) {
    let waiting = f.submit(r#"{"type":"work"}"#).await;
    assert_eq!(f.job(waiting).await.fingerprint, None);
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    assert_eq!(f.job(waiting).await.fingerprint, None);
    let id = fail(&f, r#"{"type":"work"}"#, "no answer after 7 ms").await;
    let expected = odd_core::failure_fingerprint(
        &"work".parse().expect("a type"),
        FailureReason::Permanent,
        "no answer after 12345 ms",
    );
    assert_eq!(fingerprint(&f, id).await, expected);
    let listed = f.reader.jobs(with(expected)).await.expect("reads");
    assert_eq!(listed.jobs[0].fingerprint, Some(expected));
}

async fn listed(f: StoreFixture) {
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(fail(&f, r#"{"type":"work"}"#, &format!("no user {n}")).await);
        fail(&f, r#"{"type":"work"}"#, "no disk").await;
    }
    let fingerprint = fingerprint(&f, ids[0]).await;
    let unknown = FailureFingerprint(7);
    let counts = f
        .reader
        .count_failed(&[unknown, fingerprint, unknown])
        .await;
    assert_eq!(counts.expect("reads"), [0, 5, 0]);
    assert!(found(&f, with(unknown)).await.is_empty());
    let oldest = JobQuery {
        order: SortOrder::Oldest,
        ..with(fingerprint)
    };
    assert_eq!(found(&f, oldest).await, ids);
    ids.reverse();
    let mut query = JobQuery {
        limit: 2,
        ..with(fingerprint)
    };
    let mut pages = Vec::new();
    loop {
        let page = f.reader.jobs(query.clone()).await.expect("reads");
        pages.extend(page.jobs.iter().map(|job| job.id));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(pages, ids);
}

async fn retried(f: StoreFixture) {
    let id = fail(&f, r#"{"type":"work"}"#, "no disk").await;
    let before = fingerprint(&f, id).await;
    f.store.retry(id, some_request()).await.expect("it failed");
    assert_eq!(f.job(id).await.fingerprint, None);
    assert_eq!(count(&f, before).await, 0);
    let lease = f.claim_one().await.lease;
    assert_eq!(count(&f, before).await, 0);
    let result = failed_for(FailureReason::Permanent, "no memory");
    f.finish(lease, result).await.expect("a valid lease");
    let after = fingerprint(&f, id).await;
    assert_ne!(after, before);
    assert_eq!((count(&f, before).await, count(&f, after).await), (0, 1));
    assert_eq!(found(&f, with(after)).await, [id]);
}

async fn refused(f: StoreFixture) {
    let first = f.submit(r#"{"type":"work","payload":1}"#).await;
    let second = f.submit(r#"{"type":"work","payload":2}"#).await;
    let request = ClaimRequest {
        admission: Arc::new(RefuseAll),
        ..f.request(10)
    };
    let claimed = f.work.claim(request).await.expect("claims");
    assert!(claimed.is_empty());
    let fingerprint = fingerprint(&f, first).await;
    assert_eq!(found(&f, with(fingerprint)).await, [second, first]);
}

async fn pruned(f: StoreFixture) {
    let id = fail(&f, r#"{"type":"work"}"#, "no disk").await;
    let stays = fail(&f, r#"{"type":"work"}"#, "no disk").await;
    let fingerprint = fingerprint(&f, id).await;
    f.store.drop_dead_letter(id).await.expect("a dead letter");
    assert_eq!(count(&f, fingerprint).await, 2, "it is still FAILED");
    f.advance_ms(1_000);
    let now = odd_core::Clock::now(&*f.clock);
    assert_eq!(f.store.prune(now, 100).await.expect("prunes"), 1);
    assert_eq!(count(&f, fingerprint).await, 1);
    assert_eq!(found(&f, with(fingerprint)).await, [stays]);
}

async fn combined(f: StoreFixture) {
    let tagged = fail(&f, r#"{"type":"work","queue":"q","tags":["t"]}"#, "no disk").await;
    let other = fail(&f, r#"{"type":"work","tags":["u"]}"#, "no disk").await;
    fail(&f, r#"{"type":"play","tags":["t"]}"#, "no disk").await;
    let with = with(fingerprint(&f, tagged).await);
    let all = vec![other, tagged];
    let digits = |id: JobId| id.0.simple().to_string()[..12].parse().ok();
    for (query, expected) in [
        (with.clone(), all.clone()),
        (
            JobQuery {
                tags: vec!["t".to_owned()],
                ..with.clone()
            },
            vec![tagged],
        ),
        (
            JobQuery {
                queue: "q".parse().ok(),
                ..with.clone()
            },
            vec![tagged],
        ),
        (
            JobQuery {
                statuses: vec![JobStatus::Failed],
                ..with.clone()
            },
            all.clone(),
        ),
        (
            JobQuery {
                dead_letters: true,
                ..with.clone()
            },
            all,
        ),
        (
            JobQuery {
                statuses: vec![JobStatus::Completed],
                ..with.clone()
            },
            vec![],
        ),
        (
            JobQuery {
                id_prefix: "ffff".parse().ok(),
                ..with.clone()
            },
            vec![],
        ),
    ] {
        assert_eq!(found(&f, query.clone()).await, expected, "{query:?}");
    }
    let by_id = JobQuery {
        id_prefix: digits(tagged),
        ..with
    };
    assert!(found(&f, by_id).await.contains(&tagged));
}
