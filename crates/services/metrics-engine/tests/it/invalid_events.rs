use std::sync::Arc;

use odd_contracts::{EventEnvelope, JobStatus};
use odd_core::ports::{LogEntry, LogRecord, Position, Views};
use odd_core::{Change, JobEvent};
use odd_testkit::{TestStore, sqlite_store};

use crate::folding::check_views;
use crate::rig::{Rig, submit};
use crate::scripted_bus::ScriptedBus;

/// Returns what the store recorded of four new jobs, with progress of a job in this status as the second event.
async fn with_progress(
    store: &TestStore,
    previous_status: Option<JobStatus>,
    fraction: f64,
) -> (Vec<LogRecord>, Arc<JobEvent>) {
    submit(store, 4).await;
    let mut entries = store.log.read_after(Position(0), 10).await.expect("reads");
    let LogEntry::Event(created) = &entries[1].entry else {
        panic!("nothing was pruned");
    };
    let progress = Arc::new(JobEvent {
        previous_status,
        change: Change::Progressed {
            fraction,
            message: None,
        },
        ..JobEvent::clone(created)
    });
    entries[1].entry = LogEntry::Event(progress.clone());
    (entries, progress)
}

#[tokio::test]
async fn illegal_event_is_quarantined_and_still_folded() {
    let store = sqlite_store();
    let (entries, invalid) = with_progress(&store, None, 0.5).await;
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
async fn value_out_of_bounds_is_folded_and_not_quarantined() {
    let store = sqlite_store();
    let (entries, progress) = with_progress(&store, Some(JobStatus::Executing), 7.5).await;
    assert!(progress.is_legal(), "only the value is wrong");
    let bus = Arc::new(ScriptedBus::new(entries.clone(), 4, false));
    let rig = Rig::start(&store, bus).await;
    rig.until(entries[3].position).await;
    assert_eq!(rig.watched.quarantined().len(), 0);
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
