use serde_json::Value;

use crate::observatory::{Observatory, success};

fn versions(list: &Value) -> Vec<u64> {
    let events = list["events"].as_array().expect("events").iter();
    events
        .map(|event| event["payload"]["version"].as_u64().expect("a version"))
        .collect()
}

fn cursor(list: &Value) -> Option<String> {
    list["nextCursor"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn job_history_is_paged_in_version_order() {
    let observatory = Observatory::start().await;
    let id = observatory.submit(r#"{"type":"echo"}"#).await;
    observatory.submit(r#"{"type":"echo"}"#).await;
    observatory.run_next(success("1")).await;
    let whole = observatory.json(&format!("/jobs/{id}/events")).await;
    assert_eq!(versions(&whole), [1, 2, 3, 4]);
    assert_eq!(cursor(&whole), None);

    let mut seen = Vec::new();
    let mut target = format!("/jobs/{id}/events?limit=3");
    for _ in 0..3 {
        let page = observatory.json(&target).await;
        seen.extend(versions(&page));
        let Some(cursor) = cursor(&page) else { break };
        target = format!("/jobs/{id}/events?limit=3&cursor={cursor}");
    }
    assert_eq!(seen, [1, 2, 3, 4]);
}

#[tokio::test]
async fn events_are_paged_newest_first() {
    let observatory = Observatory::start().await;
    observatory.submit_many(3).await;
    for _ in 0..3 {
        observatory.run_next(success("1")).await;
    }
    let mut seen: Vec<String> = Vec::new();
    let mut target = "/events?limit=5".to_owned();
    for _ in 0..10 {
        let page = observatory.json(&target).await;
        let events = page["events"].as_array().expect("events").iter();
        seen.extend(
            events.map(|event| event["idempotencyKey"].as_str().expect("a key").to_owned()),
        );
        let Some(cursor) = cursor(&page) else { break };
        target = format!("/events?limit=5&cursor={cursor}");
    }
    assert_eq!(seen.len(), 12);
    let log = observatory
        .back_end
        .log
        .read_after(Default::default(), 100)
        .await
        .expect("entries");
    let mut recorded: Vec<String> = log
        .iter()
        .filter_map(|entry| match &entry.entry {
            odd_core::ports::LogEntry::Event(event) => Some(event.to_envelope().idempotency_key),
            odd_core::ports::LogEntry::Pruned { .. } => None,
        })
        .collect();
    recorded.reverse();
    assert_eq!(seen, recorded);
}

#[tokio::test]
async fn events_are_filtered_by_job_type_and_time() {
    let observatory = Observatory::start().await;
    let ids = observatory.submit_many(2).await;
    observatory.run_next(success("1")).await;
    let count = |query: String| {
        let observatory = &observatory;
        async move { versions(&observatory.json(&format!("/events?{query}")).await).len() }
    };
    assert_eq!(count(format!("jobId={}", ids[1])).await, 1);
    assert_eq!(count("type=job.created".into()).await, 2);
    assert_eq!(count(format!("type=job.created&jobId={}", ids[0])).await, 1);
    assert_eq!(count("since=2020-01-01T00:00:00Z".into()).await, 5);
    assert_eq!(count("since=9999-01-01T00:00:00Z".into()).await, 0);
    assert_eq!(
        count("jobId=0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11".into()).await,
        0
    );
}
