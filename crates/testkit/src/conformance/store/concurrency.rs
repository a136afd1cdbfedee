use std::collections::HashMap;

use futures_util::future::join_all;
use odd_contracts::{EventType, JobId, JobStatus};
use odd_core::machine;
use odd_core::ports::ClaimRequest;

use crate::conformance::store_fixture::{failed, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("concurrent workers run each attempt once", |f| {
        Box::pin(workers(f))
    }),
    Check::new(
        "workers and operators together produce legal histories",
        |f| Box::pin(operators(f)),
    ),
];

const JOBS: usize = 200;

/// Claims and finishes attempts until no job is left; every third attempt fails. Returns the attempts.
async fn work(f: &StoreFixture, name: &str) -> Vec<(JobId, u32)> {
    let mut ran = Vec::new();
    loop {
        let request = ClaimRequest {
            worker_id: name.into(),
            ..f.request(3)
        };
        let claimed = f.work.claim(request).await.expect("claims");
        if claimed.is_empty() && f.promote().await == 0 {
            return ran;
        }
        for job in claimed {
            let result = if ran.len() % 3 == 0 {
                failed("every third")
            } else {
                succeeded()
            };
            f.finish(job.lease, result)
                .await
                .expect("the lease is valid");
            ran.push((job.lease.job_id, job.lease.attempt));
        }
    }
}

async fn submit_many(f: &StoreFixture) -> Vec<JobId> {
    let submission = r#"{"type":"work","maxAttempts":2,"retry":{"baseDelayMs":0}}"#;
    join_all((0..JOBS).map(|_| f.submit(submission))).await
}

async fn workers(f: StoreFixture) {
    let ids = submit_many(&f).await;
    let names = ["a", "b", "c", "d", "e", "f"];
    let mut ran = join_all(names.map(|name| work(&f, name))).await.concat();
    let attempts = ran.len();
    ran.sort();
    ran.dedup();
    assert_eq!(ran.len(), attempts, "an attempt was run twice");
    let mut counts: HashMap<EventType, usize> = HashMap::new();
    for id in ids {
        let job = f.job(id).await;
        assert!(job.status.is_terminal(), "{job:?}");
        f.kinds(id)
            .await
            .into_iter()
            .for_each(|kind| *counts.entry(kind).or_default() += 1);
    }
    assert_eq!(counts[&EventType::Started], attempts);
    let ended = [EventType::Completed, EventType::Failed].map(|kind| counts.get(&kind).copied());
    assert_eq!(ended.into_iter().flatten().sum::<usize>(), JOBS);
}

async fn operators(f: StoreFixture) {
    let ids = submit_many(&f).await;
    let operator = async {
        for id in ids.iter().step_by(3) {
            // Either may come too late.
            let _ = f.store.cancel(*id, some_request()).await;
            let _ = f.store.retry(*id, some_request()).await;
        }
    };
    futures_util::join!(work(&f, "a"), work(&f, "b"), operator);
    work(&f, "c").await;
    for id in ids {
        let mut status = None;
        for (event, version) in f.history(id).await.iter().zip(1..) {
            let (kind, next) = (event.change.event_type(), event.change.status());
            assert!(machine::is_legal(status, kind, next), "{event:?}");
            assert_eq!((event.previous_status, event.version), (status, version));
            status = Some(next);
        }
        assert_eq!(f.status(id).await, status.expect("not empty"));
        assert!(status.is_some_and(JobStatus::is_terminal), "{status:?}");
    }
}
