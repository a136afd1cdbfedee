use std::sync::atomic::Ordering;

use odd_contracts::{EventType, Timestamp};
use odd_core::ports::WorkerRecord;
use odd_testkit::{PATIENCE, TestStore};

use crate::handlers::{GatedHandler, next_started, quick};
use crate::rig::Rig;

async fn workers(store: &TestStore) -> Vec<WorkerRecord> {
    let start = Timestamp::from_micros(0);
    store.reader.workers(start).await.expect("reads")
}

/// Waits until the only worker has reported what `is_expected` accepts, and returns the report.
async fn reported(rig: &Rig, is_expected: fn(&WorkerRecord) -> bool) -> WorkerRecord {
    let reported = async {
        loop {
            let mut workers = workers(&rig.store).await;
            assert!(workers.len() <= 1, "{workers:?}");
            if let Some(worker) = workers.pop().filter(is_expected) {
                return worker;
            }
            tokio::task::yield_now().await;
        }
    };
    let reported = tokio::time::timeout(PATIENCE, reported).await;
    reported.expect("in time")
}

#[tokio::test]
async fn worker_registers_what_it_can_run() {
    let rig = Rig::start(quick("work", |_| Ok(None))).await;
    let worker = reported(&rig, |_| true).await;
    assert_eq!((worker.version.as_str(), worker.concurrency), ("1.2.3", 4));
    let types = worker.types.expect("named");
    assert!(types.iter().map(|name| name.as_str()).eq(["work"]));
    assert_eq!((worker.queues, worker.is_draining), (None, false));
    assert!(worker.started_at <= worker.seen_at);
    rig.stop().await;
}

#[tokio::test]
async fn worker_reports_that_it_drains_and_is_removed_when_it_has_ended() {
    let (gated, mut attempts) = GatedHandler::new();
    let rig = Rig::start(gated.registry()).await;
    rig.submit(r#"{"type":"gated"}"#).await;
    next_started(&mut attempts).await;
    let active = reported(&rig, |worker| !worker.is_draining).await;
    rig.shutdown.cancel();
    let draining = reported(&rig, |worker| worker.is_draining).await;
    assert_eq!(draining.worker_id, active.worker_id);
    assert_eq!((draining.started_at, draining.busy), (active.started_at, 1));
    let running = rig.store.reader.running_attempts().await.expect("reads");
    assert_eq!(running.get(&draining.worker_id), Some(&1));
    gated.open(1);
    let store = rig.stop().await;
    assert_eq!(workers(&store).await, []);
}

#[tokio::test]
async fn reports_that_fail_stop_no_work() {
    let rig = Rig::start(quick("work", |_| Ok(None))).await;
    reported(&rig, |_| true).await;
    rig.watched.fail_reports.store(true, Ordering::SeqCst);
    rig.submit_until(r#"{"type":"work"}"#, EventType::Completed)
        .await;
    let store = rig.stop().await;
    assert_eq!(workers(&store).await, []);
}
