use odd_contracts::{EventType, JobId, JobStatus, JobType};
use odd_core::Change;
use odd_core::ports::{ClaimRequest, Clock};

use crate::conformance::store_fixture::{LEASE, failed, failed_for_now, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a claim starts an attempt under a lease", |f| {
        Box::pin(starts(f))
    }),
    Check::new("a claimed job is validated, then started", |f| {
        Box::pin(recorded(f))
    }),
    Check::new("higher priority is claimed first, then longer ready", |f| {
        Box::pin(order(f))
    }),
    Check::new("the order of a claim spans the types", |f| {
        Box::pin(order_over_types(f))
    }),
    Check::new("a claim takes no more than its limit", |f| {
        Box::pin(limit(f))
    }),
    Check::new("a claim is limited to the requested types", |f| {
        Box::pin(types(f))
    }),
    Check::new("a claim is limited to the requested queues", |f| {
        Box::pin(queues(f))
    }),
    Check::new("a job is claimed once", |f| Box::pin(once(f))),
    Check::new("a type that is named twice counts once", |f| {
        Box::pin(named_twice(f))
    }),
    Check::new("a batch is claimed in parts around removed jobs", |f| {
        Box::pin(piecemeal(f))
    }),
    Check::new("payloads of every size reach worker and reader", |f| {
        Box::pin(payloads(f))
    }),
    Check::new("the last attempt of a run is marked", |f| {
        Box::pin(last_attempt(f))
    }),
];

async fn starts(f: StoreFixture) {
    let id = f
        .submit(r#"{"type":"work","payload":[1, 2],"queue":"q","timeoutMs":77,"maxAttempts":2}"#)
        .await;
    let created = f.job(id).await;
    f.advance_ms(40);
    let claimed = f.claim_one().await;
    assert_eq!((claimed.lease.job_id, claimed.lease.attempt), (id, 1));
    let lease_ms = u64::try_from(LEASE.as_millis()).expect("small");
    assert_eq!(
        claimed.lease_expires_at,
        f.clock.now().plus_millis(lease_ms)
    );
    assert_eq!(
        (claimed.job_type.as_str(), claimed.queue.as_str()),
        ("work", "q")
    );
    assert_eq!(claimed.payload.expect("kept").get(), "[1, 2]");
    assert_eq!(
        (claimed.run, claimed.timeout_ms, claimed.attempt_of_run),
        (1, 77, 1)
    );
    assert!(!claimed.is_last_attempt);
    assert_eq!(claimed.correlation_id, created.correlation_id);
    assert_eq!(claimed.created_at, created.created_at);
    let job = f.job(id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Executing, 1));
    assert_eq!(
        (job.started_at, job.updated_at),
        (Some(f.clock.now()), f.clock.now())
    );
}

async fn recorded(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    f.advance_ms(40);
    f.claim_one().await;
    let history = f.history(id).await;
    let kinds = history.iter().map(|event| event.change.event_type());
    assert!(kinds.eq([EventType::Created, EventType::Validated, EventType::Started]));
    assert_eq!((history[1].attempt, history[2].attempt), (None, Some(1)));
    let started = Change::Started {
        worker_id: "worker-1".into(),
        wait_ms: 40.0,
    };
    assert_eq!(history[2].change, started);
    assert_eq!(history[2].producer.service, "processor");
}

async fn order(f: StoreFixture) {
    let mut ids = Vec::new();
    for priority in [0, 5, -100, 5, 100, 0] {
        ids.push(
            f.submit(&format!(r#"{{"type":"work","priority":{priority}}}"#))
                .await,
        );
        f.advance_ms(1);
    }
    let expected = [4, 1, 3, 0, 5, 2].map(|n: usize| ids[n]);
    assert_eq!(f.claim_ids(4).await, expected[..4]);
    assert_eq!(f.claim_ids(4).await, expected[4..]);
}

async fn order_over_types(f: StoreFixture) {
    let late = f.submit(r#"{"type":"a"}"#).await;
    let early = f.submit(r#"{"type":"b"}"#).await;
    // A retried job is ready since its promotion, not since its submission.
    let claimed = f.claim(1).await;
    assert_eq!(claimed[0].lease.job_id, late);
    f.advance_ms(5);
    f.finish(claimed[0].lease, failed_for_now())
        .await
        .expect("a valid lease");
    f.advance_ms(5);
    assert_eq!(f.promote().await, 1);
    let urgent = f.submit(r#"{"type":"c","priority":1}"#).await;
    assert_eq!(f.claim_ids(3).await, [urgent, early, late]);
}

async fn limit(f: StoreFixture) {
    for _ in 0..7 {
        f.submit(r#"{"type":"work"}"#).await;
    }
    let sizes = [
        f.claim(3).await.len(),
        f.claim(3).await.len(),
        f.claim(3).await.len(),
    ];
    assert_eq!(sizes, [3, 3, 1]);
}

async fn types(f: StoreFixture) {
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(f.submit(&format!(r#"{{"type":"{name}"}}"#)).await);
        f.advance_ms(1);
    }
    let only = |names: &[&str]| ClaimRequest {
        types: Some(
            names
                .iter()
                .map(|name| name.parse().expect("legal"))
                .collect(),
        ),
        ..f.request(10)
    };
    assert!(f.work.claim(only(&["x"])).await.expect("claims").is_empty());
    let claimed = f.work.claim(only(&["c", "a", "x"])).await.expect("claims");
    assert!(
        claimed
            .iter()
            .map(|job| job.lease.job_id)
            .eq([ids[0], ids[2]])
    );
    assert_eq!(f.claim_ids(10).await, [ids[1]]);
}

async fn queues(f: StoreFixture) {
    let here = f.submit(r#"{"type":"work","queue":"here"}"#).await;
    let there = f.submit(r#"{"type":"work","queue":"there"}"#).await;
    let request = ClaimRequest {
        queues: Some(["there".parse().expect("legal")].into()),
        ..f.request(10)
    };
    let claimed = f.work.claim(request).await.expect("claims");
    assert!(claimed.iter().map(|job| job.lease.job_id).eq([there]));
    assert_eq!(f.claim_ids(10).await, [here]);
}

async fn once(f: StoreFixture) {
    let jobs = (0..100).map(|_| f.submit(r#"{"type":"work"}"#));
    let mut submitted = futures_util::future::join_all(jobs).await;
    let claims = futures_util::future::join_all((0..20).map(|_| f.claim_ids(7))).await;
    let mut claimed = claims.concat();
    submitted.sort();
    claimed.sort();
    assert_eq!(claimed, submitted);
}

async fn last_attempt(f: StoreFixture) {
    let id = f
        .submit(r#"{"type":"work","maxAttempts":2,"retry":{"baseDelayMs":0}}"#)
        .await;
    for (run, first) in [(1, 1), (2, 3)] {
        let claimed = f.claim_one().await;
        assert_eq!((claimed.run, claimed.lease.attempt), (run, first));
        assert_eq!(
            (claimed.attempt_of_run, claimed.is_last_attempt),
            (1, false)
        );
        f.finish(claimed.lease, failed("no"))
            .await
            .expect("a valid lease");
        f.promote().await;
        let claimed = f.claim_one().await;
        assert_eq!((claimed.attempt_of_run, claimed.is_last_attempt), (2, true));
        if run == 1 {
            f.finish(claimed.lease, failed("no"))
                .await
                .expect("a valid lease");
            f.store.retry(id, some_request()).await.expect("failed");
        } else {
            f.finish(claimed.lease, succeeded())
                .await
                .expect("a valid lease");
        }
    }
    assert_eq!(f.status(id).await, JobStatus::Completed);
}

async fn named_twice(f: StoreFixture) {
    f.submit_batch(5).await;
    let work: JobType = "work".parse().expect("a type");
    let request = ClaimRequest {
        types: Some([work.clone(), work].into()),
        ..f.request(8)
    };
    let claimed = f.work.claim(request).await.expect("claims");
    assert_eq!(claimed.len(), 5);
    assert!(f.claim(8).await.is_empty());
    for job in claimed {
        assert_eq!(
            f.finish(job.lease, succeeded()).await,
            Ok(JobStatus::Completed)
        );
        let versions = f.history(job.lease.job_id).await;
        assert!(versions.iter().map(|event| event.version).eq(1..=4));
    }
}

async fn piecemeal(f: StoreFixture) {
    let ids = f.submit_batch(40).await;
    for left in [0, 17, 18, 39] {
        f.store
            .cancel(ids[left], some_request())
            .await
            .expect("cancels");
    }
    let mut expected: Vec<JobId> = ids.clone();
    for left in [39, 18, 17, 0] {
        expected.remove(left);
    }
    let mut claimed = f.claim_ids(10).await;
    let waiting = f.reader.waiting_behind(ids[38]).await.expect("reads");
    assert_eq!(waiting.expect("waits").ahead, 25);
    f.advance_ms(1);
    f.store
        .retry(ids[17], some_request())
        .await
        .expect("retries");
    claimed.extend(f.claim_ids(26).await);
    assert_eq!(claimed, expected);
    assert_eq!(f.claim_ids(10).await, [ids[17]], "it is last now");
}

async fn payloads(f: StoreFixture) {
    for length in [0, 900, 1_000, 1_100, 5_000, 300_000] {
        let payload = format!("\"{}\"", "p".repeat(length));
        let submission = format!(r#"{{"type":"work","payload":{payload},"maxAttempts":2}}"#);
        let id = f.submit(&submission).await;
        for _ in 0..2 {
            let claimed = f.claim_one().await;
            assert_eq!(claimed.payload.expect("kept").get(), payload);
            let again = failed_for_now();
            f.finish(claimed.lease, again).await.expect("ends");
            f.promote().await;
        }
        assert_eq!(f.job(id).await.payload.expect("kept").get(), payload);
    }
}
