use odd_contracts::{JobId, ParkedMessage};
use odd_testkit::PATIENCE;
use serde_json::{Value, json};

use crate::broker::{Broker, next_quarantined, pointers};
use crate::fixture::{Fixture, Worker};

const KEY: &str = "work.default";

fn hint(jobs: &[JobId]) -> Value {
    let named = jobs
        .iter()
        .map(|id| json!({"jobId": id, "jobType": "work"}));
    json!({
        "contractVersion": "1.0.0", "eventType": "work.ready",
        "eventId": "8d3b6f52-0c47-5a7e-8e0d-6c3a3a9c5b10",
        "occurredAt": "2025-11-14T22:13:20.250000Z",
        "producer": {"service": "gateway", "instanceId": "gateway-1", "version": "0.1.0"},
        "correlationId": "5e0a3f4e-52f9-4f1c-9f0e-0b8a1c3d7e21",
        "idempotencyKey": "work.ready:0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11:1",
        "payload": {"queue": "default", "jobs": named.collect::<Vec<_>>()},
    })
}

fn with(mut hint: Value, field: &str, value: Value) -> Vec<u8> {
    hint[field] = value;
    hint.to_string().into_bytes()
}

fn unknown_job() -> JobId {
    JobId(uuid::Uuid::now_v7())
}

/// Returns invalid hints, each with the JSON pointers of its errors.
fn invalid_hints(known: JobId) -> Vec<(Vec<u8>, Vec<&'static str>)> {
    let valid = || hint(&[known]);
    vec![
        (b"work".to_vec(), vec![""]),
        (vec![b' '; ParkedMessage::MAX_BYTES + 1], vec![""]),
        (
            with(valid(), "contractVersion", json!("2.0.0")),
            vec!["/contractVersion"],
        ),
        (
            with(valid(), "eventType", json!("job.created")),
            vec!["/eventType"],
        ),
        (with(valid(), "mood", json!("good")), vec!["/mood"]),
        (hint(&[]).to_string().into_bytes(), vec!["/payload/jobs"]),
        (
            hint(&[unknown_job()]).to_string().into_bytes(),
            vec!["/payload/jobs/0/jobId"],
        ),
        (
            hint(&[known, unknown_job(), known, unknown_job()])
                .to_string()
                .into_bytes(),
            vec!["/payload/jobs/1/jobId", "/payload/jobs/3/jobId"],
        ),
    ]
}

/// Claims in the background, and returns how many jobs it got.
fn claim_in_background(worker: Worker) -> tokio::task::JoinHandle<(Worker, usize)> {
    tokio::spawn(async move {
        let claimed = worker.claim(10).await.len();
        (worker, claimed)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_hints_and_hints_of_unknown_jobs_are_quarantined_once() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    // In the store, but not ready.
    let known = gateway
        .jobs
        .submit(r#"{"type":"work","delayMs":60000}"#)
        .await;
    let waiting = claim_in_background(fixture.worker().await);
    let broker = Broker::open(&fixture.broker).await;
    let mut dead_letters = broker.consume("observatory.dead-letters").await;
    for (body, expected) in invalid_hints(known) {
        // A valid hint. If it were quarantined, it would arrive first.
        let valid = hint(&[known, known]).to_string();
        broker.publish(KEY, valid.as_bytes(), None).await;
        broker.publish(KEY, &body, None).await;
        let quarantined = next_quarantined(&mut dead_letters).await;
        assert_eq!(pointers(&quarantined.errors), expected);
        assert_eq!(quarantined.size, body.len() as u64);
        assert_eq!(quarantined.routing_key, KEY);
    }
    gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    let (worker, claimed) = waited.expect("in time").expect("no panic");
    assert_eq!(claimed, 1);
    assert_eq!(broker.depth("jobs.default").await, 0);
    let invalid = invalid_hints(known).len() as u64;
    assert_eq!(fixture.broker.quarantined.get(), invalid);
    // The broker would redeliver to the next worker what this one did not acknowledge.
    drop(worker);
    let next_worker = claim_in_background(fixture.worker().await);
    broker.publish(KEY, b"the last", None).await;
    assert_eq!(next_quarantined(&mut dead_letters).await.size, 8);
    next_worker.abort();
}
