use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Clock, WorkerRecord};
use odd_testkit::ManualClock;
use odd_testkit::build::worker_record;
use serde_json::{Value, json};

use crate::observatory::Observatory;

/// Returns the status of each worker.
fn statuses(list: &Value) -> Vec<(&str, &str)> {
    let workers = list["workers"].as_array().expect("workers").iter();
    workers
        .map(|worker| {
            (
                worker["workerId"].as_str().expect("an id"),
                worker["status"].as_str().expect("a status"),
            )
        })
        .collect()
}

async fn record(observatory: &Observatory, worker: WorkerRecord) {
    let recorded = observatory.back_end.store.record_worker(worker).await;
    recorded.expect("recorded");
}

#[tokio::test]
async fn workers_have_what_they_reported_and_what_they_run() {
    let clock = Arc::new(ManualClock::default());
    let observatory = Observatory::with_clock(clock.clone()).await;
    let started_at = clock.now();
    observatory.submit_many(3).await;
    observatory.claim().await;
    clock.advance(Duration::from_secs(1));
    let queues = vec!["default".parse().expect("a queue")];
    let worker = WorkerRecord {
        types: Some(vec!["echo".parse().expect("a type")]),
        queues: Some(queues),
        busy: 5,
        started_at,
        ..worker_record("worker-1", clock.now())
    };
    record(&observatory, worker).await;
    record(&observatory, worker_record("worker-2", clock.now())).await;
    let list = observatory.json("/workers").await;
    assert_eq!(
        list["workers"][0],
        json!({
            "workerId": "worker-1", "version": "1.2.3", "status": "ACTIVE", "concurrency": 8, "running": 1,
            "queues": ["default"], "types": ["echo"],
            "startedAt": started_at, "lastSeenAt": clock.now()
        })
    );
    let other = &list["workers"][1];
    assert_eq!(
        (&other["running"], &other["queues"], &other["types"]),
        (&json!(0), &Value::Null, &Value::Null)
    );
    assert_eq!(list["asOf"], json!(clock.now()));
}

#[tokio::test]
async fn worker_that_does_not_report_is_lost_after_30_seconds_and_listed_for_a_day() {
    let clock = Arc::new(ManualClock::default());
    let observatory = Observatory::with_clock(clock.clone()).await;
    record(&observatory, worker_record("a", clock.now())).await;
    let draining = WorkerRecord {
        is_draining: true,
        ..worker_record("b", clock.now())
    };
    record(&observatory, draining).await;
    clock.advance(Duration::from_secs(30));
    let list = observatory.json("/workers").await;
    assert_eq!(statuses(&list), [("a", "ACTIVE"), ("b", "DRAINING")]);
    clock.advance(Duration::from_millis(1));
    let list = observatory.json("/workers").await;
    assert_eq!(statuses(&list), [("a", "LOST"), ("b", "LOST")]);
    clock.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(observatory.json("/workers").await["workers"], json!([]));
}
