use odd_contracts::{CorrelationId, JobStatus};
use odd_core::Aggregates;
use odd_core::ports::{LogRecord, Position, Views};
use odd_testkit::{TestStore, sqlite_store};

use crate::rig::{Rig, submit};

/// Checks that the views equal a count of the whole log.
async fn check(store: &TestStore, rig: &Rig) {
    let head = store.log.head().await.expect("reads");
    rig.until(head).await;
    let entries = store.log.read_after(Position(0), 100_000).await;
    check_views(rig, &entries.expect("reads")).await;
}

/// Checks that the views equal a count of `entries`.
pub(crate) async fn check_views(rig: &Rig, entries: &[LogRecord]) {
    let mut expected = Aggregates::default();
    entries
        .iter()
        .for_each(|recorded| expected.fold(&recorded.entry));
    let snapshot = rig.views.snapshot().await.expect("reads");
    let counts = snapshot
        .counts
        .into_iter()
        .map(|(key, count)| (key, count as i64));
    expected.counts.retain(|_, count| *count != 0);
    assert!(counts.eq(expected.counts));
    assert_eq!(snapshot.last_event_at, expected.last_event_at);
}

#[tokio::test]
async fn views_follow_the_log() {
    let store = sqlite_store();
    let ids = submit(&store, 3_000).await;
    let rig = Rig::start(&store, store.bus.clone()).await;
    check(&store, &rig).await;
    for id in &ids[..40] {
        let cause = CorrelationId(id.0);
        store.store.cancel(*id, cause).await.expect("waits");
    }
    check(&store, &rig).await;
    let snapshot = rig.views.snapshot().await.expect("reads");
    let cancelled = snapshot
        .counts
        .iter()
        .find(|(key, _)| key.status == JobStatus::Cancelled);
    assert_eq!(cancelled.map(|(_, count)| *count), Some(40));
    rig.stop().await;
}

#[tokio::test]
async fn engine_resumes_from_the_position_of_the_views() {
    let store = sqlite_store();
    for _ in 0..3 {
        submit(&store, 20).await;
        let rig = Rig::start(&store, store.bus.clone()).await;
        check(&store, &rig).await;
        rig.stop().await;
        submit(&store, 20).await;
    }
    let rig = Rig::start(&store, store.bus.clone()).await;
    check(&store, &rig).await;
    rig.stop().await;
}
