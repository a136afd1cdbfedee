use std::collections::BTreeMap;
use std::time::Duration;

use odd_contracts::schema::Schemas;
use odd_read_model::Config;
use odd_testkit::build::new_job;
use odd_testkit::sqlite_store;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;

use crate::observatory::{Observatory, pointers, success};
use crate::stream_reader::{Message, PATIENCE, Reader};

fn key(message: &Message) -> String {
    let data = message.data.as_ref().expect("data");
    data["idempotencyKey"].as_str().expect("a key").to_owned()
}

#[tokio::test]
async fn stream_begins_at_the_present_and_sends_later_events() {
    let observatory = Observatory::start().await;
    observatory.submit(r#"{"type":"echo"}"#).await;
    let mut reader = Reader::open(&observatory, "/events/stream", None).await;
    let opening = reader.next().await.expect("an opening");
    let head = observatory.back_end.log.head().await.expect("a head");
    assert_eq!(
        opening,
        Message {
            id: Some(head.0),
            event: None,
            data: None
        }
    );

    let id = observatory.run_next(success("1")).await;
    for (kind, version) in [
        ("job.validated", 2),
        ("job.started", 3),
        ("job.completed", 4),
    ] {
        let message = reader.event().await;
        assert_eq!(message.event.as_deref(), Some(kind));
        assert!(message.id > opening.id);
        let data = message.data.expect("data");
        let envelope = Schemas::embedded().get("event-envelope");
        envelope.expect("a schema").validate(&data).expect("valid");
        assert_eq!(
            (&data["payload"]["jobId"], &data["payload"]["version"]),
            (&json!(id), &json!(version))
        );
    }
}

#[tokio::test]
async fn resuming_has_no_gap_and_no_repeats_while_events_are_written() {
    const JOBS: usize = 120;
    let observatory = Observatory::start().await;
    let mut reader = Reader::open(&observatory, "/events/stream", None).await;
    let mut last = reader.next().await.expect("an opening").id;
    let writing = async {
        for _ in 0..JOBS {
            observatory.submit(r#"{"type":"echo"}"#).await;
            observatory.run_next(success("1")).await;
        }
    };
    let reading = async {
        let mut seen = Vec::new();
        while seen.len() < JOBS * 4 {
            // Drops the connection in the middle of a transfer, many times.
            if seen.len() % 37 == 36 {
                reader = Reader::open(&observatory, "/events/stream", last).await;
            }
            let message = reader.event().await;
            assert!(message.id > last, "positions grow");
            last = message.id;
            seen.push(key(&message));
        }
        seen
    };
    let ((), seen) = tokio::join!(writing, reading);
    let mut per_job: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in &seen {
        let (job, version) = key.split_once(':').expect("job and version");
        per_job.entry(job).or_default().push(version);
    }
    assert_eq!(per_job.len(), JOBS);
    for (job, versions) in per_job {
        assert_eq!(versions, ["1", "2", "3", "4"], "{job}");
    }
}

#[tokio::test]
async fn whole_history_can_be_followed_from_zero() {
    let observatory = Observatory::start().await;
    observatory.submit_many(300).await;
    let mut reader = Reader::open(&observatory, "/events/stream?lastEventId=0", None).await;
    for _ in 0..300 {
        assert_eq!(reader.event().await.event.as_deref(), Some("job.created"));
    }
}

#[tokio::test]
async fn header_takes_precedence_over_the_query() {
    let observatory = Observatory::start().await;
    observatory.submit_many(3).await;
    let head = observatory.back_end.log.head().await.expect("a head").0;
    let mut reader =
        Reader::open(&observatory, "/events/stream?lastEventId=0", Some(head - 1)).await;
    assert_eq!(reader.event().await.id, Some(head));
}

#[tokio::test]
async fn filters_exclude_other_events() {
    let observatory = Observatory::start().await;
    let target = "/events/stream?type=job.completed";
    let mut completed = Reader::open(&observatory, target, None).await;
    let ids = observatory.submit_many(2).await;
    let target = format!("/events/stream?lastEventId=0&jobId={}", ids[1]);
    let mut of_one = Reader::open(&observatory, &target, None).await;
    observatory.run_next(success("1")).await;
    observatory.run_next(success("2")).await;
    for id in &ids {
        let data = completed.event().await.data.expect("data");
        assert_eq!(
            (&data["eventType"], &data["payload"]["jobId"]),
            (&json!("job.completed"), &json!(id))
        );
    }
    for version in 1..=4 {
        let message = of_one.event().await;
        assert_eq!(key(&message), format!("{}:{version}", ids[1]));
    }
}

#[tokio::test]
async fn position_of_another_log_is_refused() {
    let observatory = Observatory::start().await;
    let beyond = observatory.get("/events/stream?lastEventId=999999").await;
    assert_eq!(
        (beyond.status, &beyond.json()["code"]),
        (409, &"conflict".into())
    );
    let bad = [("Last-Event-ID", "x")];
    let bad = observatory.get_with("/events/stream", &bad).await;
    assert_eq!(
        (bad.status, pointers(&bad)),
        (422, vec!["Last-Event-ID".to_owned()])
    );
}

#[tokio::test]
async fn streams_are_limited_and_release_their_permit() {
    let config = Config {
        max_event_streams: 1,
        ..Config::default()
    };
    let observatory = Observatory::with(config).await;
    let mut reader = Reader::open(&observatory, "/events/stream", None).await;
    reader.next().await.expect("an opening");
    let refused = observatory.get("/events/stream").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), Some("1"));
    drop(reader);
    let freed = async {
        // The server notices the closed connection when it next polls the socket.
        while Reader::try_open(&observatory, "/events/stream", None)
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, freed)
        .await
        .expect("the permit was released");
}

#[tokio::test]
async fn stream_that_is_not_read_releases_its_permit() {
    let mut config = Config {
        max_event_streams: 1,
        ..Config::default()
    };
    config.http.limits.write_timeout = Duration::from_millis(50);
    let observatory = Observatory::with(config).await;
    // More events than fit into the buffers of the kernel.
    let jobs = (0..20_000).map(|_| new_job(r#"{"type":"echo"}"#)).collect();
    let submitted = observatory.back_end.store.submit(jobs).await;
    submitted.expect("accepted");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("sets");
    let mut stalled = socket.connect(observatory.address).await.expect("connects");
    let request = "GET /events/stream?lastEventId=0 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stalled.write_all(request.as_bytes()).await.expect("sent");
    stalled.readable().await.expect("the stream begins");
    let freed = async {
        while Reader::try_open(&observatory, "/events/stream", None)
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, freed)
        .await
        .expect("the permit was released");
}

#[tokio::test]
async fn streams_end_on_shutdown() {
    let observatory = Observatory::start().await;
    let mut reader = Reader::open(&observatory, "/events/stream", None).await;
    reader.next().await.expect("an opening");
    observatory.shutdown.cancel();
    assert_eq!(reader.next().await, None);
    tokio::time::timeout(PATIENCE, observatory.serving)
        .await
        .expect("drains in time")
        .expect("no panic");
}

#[tokio::test]
async fn resuming_before_removed_events_reports_the_gap_and_continues() {
    let back_end = sqlite_store().with_empty_feed();
    let observatory = Observatory::over(back_end, Config::default()).await;
    observatory.submit(r#"{"type":"echo"}"#).await;
    let position = observatory.back_end.log.head().await.expect("a head").0;
    observatory.run_next(success("1")).await;
    assert_eq!(observatory.prune_all().await, 1);
    observatory.submit(r#"{"type":"echo"}"#).await;
    let head = observatory.back_end.log.head().await.expect("a head").0;

    let mut reader = Reader::open(&observatory, "/events/stream", Some(position)).await;
    let gap = reader.event().await;
    assert_eq!(gap.event.as_deref(), Some("gap"));
    let data = gap.data.expect("data");
    let schema = Schemas::embedded().get("stream-gap").expect("a schema");
    schema.validate(&data).expect("valid");
    assert_eq!(data["first"], position + 1);
    assert_eq!(
        gap.id,
        Some(head - 1),
        "everything before was removed or is not sent"
    );
    let next = reader.event().await;
    assert_eq!(next.event.as_deref(), Some("job.created"));
    assert_eq!(next.id, Some(head));

    let mut resumed = Reader::open(&observatory, "/events/stream", gap.id).await;
    assert_eq!(
        resumed.event().await.id,
        Some(head),
        "the gap is reported once"
    );
}
