use odd_core::ports::{ClaimRequest, Clock, MAX_WORKERS, WORKER_RETENTION_MS, WorkerRecord};

use crate::build::worker_record;
use crate::conformance::store_fixture::succeeded;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("workers have the state of their last report", |f| {
        Box::pin(last_report(f))
    }),
    Check::new("a worker that has ended is removed", |f| {
        Box::pin(removed(f))
    }),
    Check::new(
        "a worker that no longer reports is deleted after a day",
        |f| Box::pin(deleted(f)),
    ),
    Check::new(
        "of many workers, those with the latest reports are read",
        |f| Box::pin(latest(f)),
    ),
    Check::new("running attempts are counted by worker", |f| {
        Box::pin(running(f))
    }),
];

fn worker(f: &StoreFixture, id: &str) -> WorkerRecord {
    worker_record(id, f.clock.now())
}

async fn record(f: &StoreFixture, worker: &WorkerRecord) {
    let recorded = f.work.record_worker(worker.clone()).await;
    recorded.expect("records");
}

async fn ids(f: &StoreFixture) -> Vec<String> {
    let start = odd_contracts::Timestamp::from_micros(0);
    let workers = f.reader.workers(start).await.expect("reads");
    workers.into_iter().map(|worker| worker.worker_id).collect()
}

async fn last_report(f: StoreFixture) {
    let start = f.clock.now();
    record(&f, &worker(&f, "b")).await;
    let of_everything = worker(&f, "a");
    record(&f, &of_everything).await;
    f.advance_ms(1_000);
    let later = WorkerRecord {
        version: "1.3.0".into(),
        types: Some(vec!["work".parse().expect("legal")]),
        queues: Some(vec![
            "q1".parse().expect("legal"),
            "q2".parse().expect("legal"),
        ]),
        concurrency: 9,
        busy: 7,
        is_draining: true,
        started_at: start,
        ..worker(&f, "b")
    };
    // The store's clock decides when the worker was seen.
    let reported = WorkerRecord {
        seen_at: start,
        ..later.clone()
    };
    record(&f, &reported).await;
    let seen = f.reader.workers(start).await.expect("reads");
    assert_eq!(seen, [of_everything, later.clone()]);
    let now = f.clock.now();
    assert_eq!(f.reader.workers(now).await.expect("reads"), [later]);
}

async fn removed(f: StoreFixture) {
    for id in ["a", "b"] {
        record(&f, &worker(&f, id)).await;
    }
    for _ in 0..2 {
        f.work.remove_worker("a").await.expect("removes");
        assert_eq!(ids(&f).await, ["b"]);
    }
}

async fn latest(f: StoreFixture) {
    for n in 0..MAX_WORKERS {
        record(&f, &worker(&f, &format!("gone-{n:04}"))).await;
    }
    f.advance_ms(1_000);
    for id in ["active", "zealous"] {
        record(&f, &worker(&f, id)).await;
    }
    let ids = ids(&f).await;
    assert_eq!(ids.len(), MAX_WORKERS);
    assert!(ids.is_sorted());
    for id in ["active", "zealous"] {
        assert!(ids.iter().any(|found| found == id), "{id}");
    }
}

async fn deleted(f: StoreFixture) {
    record(&f, &worker(&f, "a")).await;
    f.advance_ms(WORKER_RETENTION_MS);
    record(&f, &worker(&f, "b")).await;
    assert_eq!(ids(&f).await, ["a", "b"]);
    f.advance_ms(1);
    record(&f, &worker(&f, "c")).await;
    assert_eq!(ids(&f).await, ["b", "c"]);
}

async fn running(f: StoreFixture) {
    f.submit_batch(5).await;
    let claim = async |worker: &str, limit| {
        let request = ClaimRequest {
            worker_id: worker.into(),
            ..f.request(limit)
        };
        f.work.claim(request).await.expect("claims")
    };
    let ours = claim("worker-a", 2).await;
    claim("worker-b", 2).await;
    let counts = async || {
        let counts = f.reader.running_attempts().await.expect("reads");
        counts.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(
        counts().await,
        [("worker-a".into(), 2), ("worker-b".into(), 2)]
    );
    for job in ours {
        let finished = f.finish(job.lease, succeeded()).await;
        finished.expect("the lease holds");
    }
    assert_eq!(counts().await, [("worker-b".into(), 2)]);
}
