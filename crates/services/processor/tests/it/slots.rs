use std::collections::HashMap;
use std::sync::Arc;

use odd_contracts::{AttemptOutcome, EventType, JobId, JobStatus};
use odd_core::SystemClock;
use odd_processor::Config;
use odd_testkit::{follow_until, sqlite_store_with};
use odd_worker::HandlerRegistry;

use crate::handlers::{GatedHandler, QuickHandler, quick};
use crate::rig::{Rig, config, submit};

/// Returns handlers of the types `gated` and `quick`.
fn gated_and_quick() -> (GatedHandler, HandlerRegistry) {
    let (gated, _attempts) = GatedHandler::new();
    let mut registry = gated.registry();
    registry.register(QuickHandler {
        job_type: "quick",
        run: |_| Ok(None),
    });
    (gated, registry)
}

/// Claims that are too large, as after many quick jobs, must neither exceed the limit nor hold jobs that other workers could run.
#[tokio::test]
async fn jobs_without_a_slot_are_released() {
    const JOBS: usize = 30;
    let (gated, _attempts) = GatedHandler::new();
    let store = sqlite_store_with(Arc::new(SystemClock));
    for _ in 0..JOBS {
        submit(&store, r#"{"type":"gated","maxAttempts":1}"#).await;
    }
    let rig = Rig::start_on(store, config(), gated.registry(), 20).await;
    gated.until_running(4).await;
    let mut statuses: HashMap<JobId, JobStatus> = HashMap::new();
    follow_until(&*rig.store.bus, |event| {
        statuses.insert(event.job_id, event.change.status());
        let count = |expected| {
            statuses
                .values()
                .filter(|status| **status == expected)
                .count()
        };
        count(JobStatus::Executing) == 4 && count(JobStatus::Pending) == JOBS - 4
    })
    .await;
    gated.open(JOBS);
    let mut completed = 0;
    follow_until(&*rig.store.bus, |event| {
        completed += usize::from(event.change.event_type() == EventType::Completed);
        completed == JOBS
    })
    .await;
    assert_eq!(gated.most(), 4);
    for id in statuses.into_keys() {
        let attempts = rig.job(id).await.attempts.expect("attempts");
        let (last, earlier) = attempts.split_last().expect("ran");
        assert_eq!(last.outcome, AttemptOutcome::Succeeded);
        assert!(
            earlier
                .iter()
                .all(|attempt| attempt.outcome == AttemptOutcome::Released)
        );
    }
    rig.stop().await;
}

#[tokio::test]
async fn limit_holds_after_quick_jobs_made_claims_larger() {
    const QUICK: usize = 400;
    const WAITING: usize = 12;
    let (gated, registry) = gated_and_quick();
    let store = sqlite_store_with(Arc::new(SystemClock));
    for _ in 0..QUICK {
        submit(&store, r#"{"type":"quick","priority":1}"#).await;
    }
    for _ in 0..WAITING {
        submit(&store, r#"{"type":"gated"}"#).await;
    }
    let rig = Rig::start_on(store, config(), registry, 0).await;
    gated.until_running(4).await;
    gated.open(WAITING);
    let mut completed = 0;
    follow_until(&*rig.store.bus, |event| {
        completed += usize::from(event.change.event_type() == EventType::Completed);
        completed == QUICK + WAITING
    })
    .await;
    assert_eq!(gated.most(), 4);
    rig.stop().await;
}

#[tokio::test]
async fn overlapping_claims_leave_a_slot_for_their_jobs() {
    const JOBS: usize = 200;
    let store = sqlite_store_with(Arc::new(SystemClock));
    for _ in 0..JOBS {
        submit(&store, r#"{"type":"quick"}"#).await;
    }
    let one_slot = Config {
        concurrency: 1,
        ..config()
    };
    let rig = Rig::start_on(store, one_slot, quick("quick", |_| Ok(None)), 0).await;
    let (mut completed, mut released) = (0, 0);
    follow_until(&*rig.store.bus, |event| {
        completed += usize::from(event.change.event_type() == EventType::Completed);
        released += usize::from(event.change.event_type() == EventType::Requeued);
        completed == JOBS
    })
    .await;
    assert_eq!(released, 0);
    rig.stop().await;
}

/// Quick jobs make claims larger; jobs that wait must neither be claimed ahead nor be overtaken by later ones.
#[tokio::test]
async fn jobs_that_wait_after_quick_ones_keep_their_order() {
    const QUICK: usize = 40;
    const WAITING: usize = 30;
    let (gated, registry) = gated_and_quick();
    let store = sqlite_store_with(Arc::new(SystemClock));
    for _ in 0..QUICK {
        submit(&store, r#"{"type":"quick"}"#).await;
    }
    let mut waiting = Vec::new();
    for _ in 0..WAITING {
        waiting.push(submit(&store, r#"{"type":"gated","maxAttempts":1}"#).await);
    }
    let one_slot = Config {
        concurrency: 1,
        ..config()
    };
    let rig = Rig::start_on(store, one_slot, registry, 0).await;
    gated.open(WAITING);
    let mut started = Vec::new();
    let mut completed = 0;
    follow_until(&*rig.store.bus, |event| {
        if event.change.event_type() == EventType::Started && event.job_type.as_str() == "gated" {
            started.push(event.job_id);
        }
        completed += usize::from(event.change.event_type() == EventType::Completed);
        completed == QUICK + WAITING
    })
    .await;
    assert_eq!(started, waiting, "each once, in the order of submission");
    rig.stop().await;
}
