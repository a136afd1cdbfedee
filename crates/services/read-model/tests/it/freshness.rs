use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_testkit::ManualClock;
use serde_json::Value;

use crate::observatory::Observatory;

fn time(value: &Value) -> Timestamp {
    let text = value.as_str().expect("a time");
    text.parse().expect("a time")
}

/// The `asOf` of every answer that shows figures from the views.
async fn all_as_of(observatory: &Observatory) -> Vec<Timestamp> {
    let overview = observatory.json("/overview").await;
    let mut all = vec![time(&overview["stats"]["asOf"])];
    for target in [
        "/stats",
        "/queues",
        "/metrics/snapshot",
        "/timeseries?metric=submitted",
    ] {
        all.push(time(&observatory.json(target).await["asOf"]));
    }
    all
}

#[tokio::test]
async fn figures_that_lack_events_are_as_old_as_the_first_missing_one() {
    let observatory = Observatory::start().await;
    observatory.submit_many(1).await;
    observatory.fold().await;
    let missing = observatory.submit_many(2).await;
    let events = observatory
        .json(&format!("/jobs/{}/events", missing[0]))
        .await;
    let first_missing = time(&events["events"][0]["occurredAt"]);

    let stats = observatory.json("/stats").await;
    assert_eq!(stats["totalJobs"], 1);
    for as_of in all_as_of(&observatory).await {
        assert_eq!(as_of, first_missing);
    }
}

#[tokio::test]
async fn complete_figures_are_as_recent_as_the_request() {
    let observatory = Observatory::start().await;
    observatory.submit_many(2).await;
    observatory.fold().await;
    let before = observatory.back_end.clock.now();
    for as_of in all_as_of(&observatory).await {
        assert!(before <= as_of && as_of <= observatory.back_end.clock.now());
    }
}

#[tokio::test]
async fn age_is_measured_by_the_clock_of_the_store() {
    let clock = Arc::new(ManualClock::default());
    let observatory = Observatory::with_clock(clock.clone()).await;
    observatory.submit_many(1).await;
    observatory.fold().await;
    clock.advance(Duration::from_secs(60));
    assert_eq!(observatory.json("/stats").await["ageMs"], 0);
    observatory.submit_many(1).await;
    clock.advance(Duration::from_secs(90));
    assert_eq!(observatory.json("/stats").await["ageMs"], 90_000);
    let overview = observatory.json("/overview").await;
    assert_eq!(overview["stats"]["ageMs"], 90_000);
}

#[tokio::test]
async fn stats_wait_for_events_committed_before_the_request() {
    let observatory = Observatory::start().await;
    observatory.submit_many(3).await;
    let (stats, ()) = tokio::join!(observatory.json("/stats?waitMs=10000"), observatory.fold());
    assert_eq!(stats["totalJobs"], 3);
}

#[tokio::test]
async fn stats_are_returned_when_the_wait_times_out() {
    let observatory = Observatory::start().await;
    observatory.submit_many(3).await;
    let before = observatory.back_end.clock.now();
    let stats = observatory.json("/stats?waitMs=1").await;
    assert_eq!(stats["totalJobs"], 0);
    assert!(time(&stats["asOf"]) < before);
}
