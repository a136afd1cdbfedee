use odd_client::{ClientError, EventFilter, EventFollower, Follow};
use odd_contracts::{EventEnvelope, EventId, JobId};

use crate::script::{Script, Then, answer};

const HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
const JOB: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

fn job() -> JobId {
    JOB.parse().expect("an id")
}

fn message(position: u32, version: u32) -> String {
    let id = EventId::of(job(), version);
    format!(
        "id: {position}\nevent: job.created\ndata: {{\"contractVersion\":\"1.0.0\",\"eventType\":\"job.created\",\
         \"eventId\":\"{id}\",\"occurredAt\":\"2026-01-01T00:00:00.000000Z\",\"producer\":{{\"service\":\"gateway\",\
         \"instanceId\":\"x\",\"version\":\"0.1.0\"}},\"correlationId\":\"{JOB}\",\"idempotencyKey\":\"{JOB}:{version}\",\
         \"payload\":{{\"jobId\":\"{JOB}\",\"jobType\":\"echo\",\"queue\":\"default\",\"status\":\"PENDING\",\
         \"version\":{version}}}}}\n\n"
    )
}

async fn event(follower: &mut EventFollower) -> EventEnvelope {
    match follower.next().await.expect("the stream continues") {
        Follow::Event(event) => *event,
        other => panic!("{other:?}"),
    }
}

async fn interruption(follower: &mut EventFollower) -> ClientError {
    match follower.next().await.expect("it reconnects") {
        Follow::Reconnecting { cause, .. } => cause,
        other => panic!("{other:?}"),
    }
}

/// Returns `true` when the stream resumed without a gap.
async fn resumption(follower: &mut EventFollower) -> bool {
    match follower.next().await.expect("it reconnects") {
        Follow::Resumed { is_complete } => is_complete,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn lost_stream_is_resumed_after_the_last_event_seen() {
    let first = format!("{HEAD}: open\nid: 4\n\n{}{}", message(5, 1), message(7, 2));
    let second = format!("{HEAD}{}", message(9, 3));
    let mut script = Script::start(vec![(first, Then::Close), (second, Then::Hang)]).await;
    let filter = EventFilter {
        job_id: Some(job()),
        event_type: None,
    };
    let mut follower = script.client().follow_events(filter).await.expect("open");
    let opening = script.request().await;
    assert!(
        opening.starts_with(&format!("GET /events/stream?jobId={JOB} ")),
        "{opening}"
    );
    assert!(!opening.to_lowercase().contains("last-event-id"));

    let mut versions = vec![event(&mut follower).await.payload.version];
    versions.push(event(&mut follower).await.payload.version);
    interruption(&mut follower).await;
    assert!(resumption(&mut follower).await);
    versions.push(event(&mut follower).await.payload.version);
    assert_eq!(versions, [1, 2, 3]);
    let resumed = script.request().await.to_lowercase();
    assert!(resumed.contains("last-event-id: 7\r\n"), "{resumed}");
}

#[tokio::test]
async fn stream_lost_before_any_event_resumes_where_it_was_opened() {
    let opened = format!("{HEAD}: open\nid: 4\n\n");
    let second = format!("{HEAD}{}", message(5, 1));
    let mut script = Script::start(vec![(opened, Then::Close), (second, Then::Hang)]).await;
    let mut follower = script
        .client()
        .follow_events(EventFilter::default())
        .await
        .expect("open");
    script.request().await;
    interruption(&mut follower).await;
    assert!(resumption(&mut follower).await);
    assert_eq!(event(&mut follower).await.payload.version, 1);
    let resumed = script.request().await.to_lowercase();
    assert!(resumed.contains("last-event-id: 4\r\n"), "{resumed}");
}

#[tokio::test]
async fn stream_lost_before_its_position_resumes_with_a_gap() {
    let unopened = format!("{HEAD}: op");
    let opened = format!("{HEAD}: open\nid: 4\n\n");
    let last = format!("{HEAD}{}", message(5, 1));
    let answers = vec![
        (unopened, Then::Close),
        (opened, Then::Close),
        (last, Then::Hang),
    ];
    let script = Script::start(answers).await;
    let filter = EventFilter::default();
    let mut follower = script.client().follow_events(filter).await.expect("open");
    interruption(&mut follower).await;
    assert!(!resumption(&mut follower).await, "events may be missing");
    interruption(&mut follower).await;
    assert!(resumption(&mut follower).await);
}

#[tokio::test]
async fn rejected_resumption_is_final() {
    let problem = r#"{"type":"/problems/x","title":"X","status":422,"detail":"x","code":"contract_violation",
        "correlationId":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}"#;
    let opened = format!("{HEAD}: open\nid: 4\n\n");
    let refused = answer("422 No", "application/problem+json", problem);
    let script = Script::start(vec![(opened, Then::Close), refused]).await;
    let mut follower = script
        .client()
        .follow_events(EventFilter::default())
        .await
        .expect("open");
    interruption(&mut follower).await;
    let error = follower.next().await.expect_err("final");
    assert_eq!(error.status(), Some(422));
}
