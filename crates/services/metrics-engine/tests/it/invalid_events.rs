use std::sync::Arc;

use odd_contracts::EventEnvelope;
use odd_core::ports::{LogEntry, LogRecord, Position, Views};
use odd_core::{Change, JobEvent};
use odd_testkit::{TestStore, sqlite_store};

use crate::folding::check_views;
use crate::rig::{Rig, submit};
use crate::scripted_bus::ScriptedBus;

/// Returns what the store recorded of four new jobs, with progress of a job that never started as the second event.
async fn with_one_invalid(store: &TestStore) -> (Vec<LogRecord>, Arc<JobEvent>) {
    submit(store, 4).await;
    let mut entries = store.log.read_after(Position(0), 10).await.expect("reads");
    let LogEntry::Event(created) = &entries[1].entry else {
        panic!("nothing was pruned");
    };
    let invalid = Arc::new(JobEvent {
        change: Change::Progressed {
            fraction: 0.5,
            message: None,
        },
        ..JobEvent::clone(created)
    });
    entries[1].entry = LogEntry::Event(invalid.clone());
    (entries, invalid)
}

#[tokio::test]
async fn illegal_event_is_quarantined_and_still_folded() {
    let store = sqlite_store();
    let (entries, invalid) = with_one_invalid(&store).await;
    let last = entries[3].position;
    let bus = Arc::new(ScriptedBus::new(entries.clone(), 4, false));
    let rig = Rig::start(&store, bus).await;
    rig.until(last).await;
    let quarantined = rig.watched.quarantined();
    assert_eq!(quarantined.len(), 1);
    let envelope: EventEnvelope =
        serde_json::from_slice(&quarantined[0].message).expect("an envelope");
    assert_eq!(envelope, invalid.to_envelope());
    assert!(
        quarantined[0].reason.contains("/payload/previousStatus"),
        "{}",
        quarantined[0].reason
    );
    assert_eq!(quarantined[0].correlation, Some(invalid.correlation_id));
    check_views(&rig, &entries).await;
    rig.stop().await;
}

#[tokio::test]
async fn consumer_resumes_from_the_position_of_the_views_after_the_bus_fails() {
    let store = sqlite_store();
    submit(&store, 30).await;
    let entries = store.log.read_after(Position(0), 100).await.expect("reads");
    let last = entries[29].position;
    let rig = Rig::start(&store, Arc::new(ScriptedBus::new(entries, 7, true))).await;
    rig.until(last).await;
    let snapshot = rig.views.snapshot().await.expect("reads");
    assert_eq!(snapshot.counts.values().sum::<u64>(), 30);
    rig.stop().await;
}
