use std::fmt::Write;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{Acceptance, BatchAccepted, JobType, RawJson};
use odd_service_kit::HttpConfig;
use odd_testkit::http::{Answer, send};
use odd_testkit::sqlite_store;
use odd_worker::{Handler, HandlerError, InvalidPayload, JobContext};
use tokio::task::JoinSet;

use crate::gateway::{TestGateway, dependencies, pointers, problem, start_gateway};

fn batch_of(size: usize, job: &str) -> String {
    let mut text = String::from(r#"{"jobs":["#);
    for index in 0..size {
        let comma = if index == 0 { "" } else { "," };
        write!(text, "{comma}{job}").expect("a String takes everything");
    }
    text + "]}"
}

#[tokio::test]
async fn ten_thousand_jobs_are_accepted_together_and_in_order() {
    let (gateway, back_end) = start_gateway().await;
    let answer = gateway
        .submit_batch(batch_of(10_000, r#"{"type":"echo"}"#))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let accepted: BatchAccepted = serde_json::from_slice(&answer.body).expect("an acceptance");
    assert_eq!(accepted.jobs.len(), 10_000);
    assert!(accepted.jobs.is_sorted_by_key(|item| item.id));
    let last = accepted.jobs.last().expect("jobs").id;
    assert_eq!(gateway.get_job(last).await.status, 200);
    let recorded = back_end.log.read_after(Default::default(), 20_000).await;
    assert_eq!(recorded.expect("the log answers").len(), 10_000);
    let metrics = gateway.get("/metrics", "/metrics").await.text();
    let sample = r#"observatory_jobs_submitted_total{service="gateway",type="echo"} 10000"#;
    assert!(metrics.contains(sample), "{metrics}");
}

#[tokio::test]
async fn one_bad_job_refuses_the_batch_and_every_bad_one_is_reported() {
    let (gateway, back_end) = start_gateway().await;
    let good = r#"{"type":"echo"}"#;
    let bad = r#"{"type":"echo","status":"COMPLETED"}"#;
    let answer = gateway
        .submit_batch(format!(r#"{{"jobs":[{good},{bad},{good},{{}}]}}"#))
        .await;
    assert_eq!(problem(&answer).code, "contract_violation");
    assert_eq!(pointers(&answer), ["/jobs/1/status", "/jobs/3/type"]);

    let payload = r#"{"type":"sleep","payload":{}}"#;
    let both = r#"{"type":"sleep","payload":{"ms":"1"}}"#;
    let answer = gateway
        .submit_batch(format!(r#"{{"jobs":[{good},{payload},{both}]}}"#))
        .await;
    let found = pointers(&answer);
    assert!(found[0].starts_with("/jobs/1/payload"), "{found:?}");
    assert!(found[1].starts_with("/jobs/2/payload"), "{found:?}");
    let head = back_end.log.head().await.expect("the log answers");
    assert_eq!(head, Default::default(), "nothing was stored");
}

#[tokio::test]
async fn up_to_a_hundred_bad_fields_are_reported_and_payloads_last() {
    let (gateway, _back_end) = start_gateway().await;
    let payloads = batch_of(150, r#"{"type":"sleep","payload":{}}"#);
    let named = pointers(&gateway.submit_batch(payloads).await);
    assert_eq!(named.len(), 100);
    assert!(named[99].starts_with("/jobs/99/payload"), "{named:?}");

    let members = batch_of(150, r#"{"type":"sleep","payload":{},"status":"FAILED"}"#);
    let named = pointers(&gateway.submit_batch(members).await);
    assert_eq!(named.len(), 100);
    assert!(named.iter().all(|pointer| pointer.ends_with("/status")));
}

#[tokio::test]
async fn envelope_of_a_batch_is_validated() {
    let (gateway, _back_end) = start_gateway().await;
    let many = batch_of(10_001, "{\"type\":\"echo\"}");
    for frame in [
        "{}",
        r#"{"jobs":[]}"#,
        r#"{"jobs":{}}"#,
        r#"{"jobs":[],"x":1}"#,
        &many,
    ] {
        let answer = gateway.submit_batch(frame).await;
        assert_eq!(answer.status, 422, "{frame:.40}");
    }
}

#[tokio::test]
async fn a_batch_is_repeatable_by_its_ids_and_has_no_key() {
    let (gateway, _back_end) = start_gateway().await;
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let batch = format!(r#"{{"jobs":[{{"type":"echo","id":"{id}"}}]}}"#);
    let first = gateway.submit_batch(&batch).await;
    let again = gateway.submit_batch(&batch).await;
    assert_eq!((first.status, again.status), (201, 200));
    let item = |answer: &Answer| {
        let accepted: BatchAccepted = serde_json::from_slice(&answer.body).expect("an acceptance");
        let item = &accepted.jobs[0];
        (item.id.to_string(), item.acceptance)
    };
    let created = (id.to_owned(), Some(Acceptance::Created));
    assert_eq!(item(&first), created);
    assert_eq!(item(&again), (id.to_owned(), Some(Acceptance::Replayed)));

    let other = format!(r#"{{"jobs":[{{"type":"echo"}},{{"type":"x","id":"{id}"}}]}}"#);
    let conflict = gateway.submit_batch(other).await;
    assert_eq!(problem(&conflict).code, "idempotency_conflict");
    assert_eq!(pointers(&conflict), ["/jobs/1/id"]);

    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "k"),
    ];
    let route = ("POST", "/jobs/batch");
    let keyed = gateway
        .call(route, "/jobs/batch", &headers, batch.as_bytes())
        .await;
    assert_eq!(pointers(&keyed), ["header Idempotency-Key"]);
}

#[tokio::test]
async fn a_batch_may_be_sixteen_times_as_large_as_a_job() {
    let (gateway, _back_end) = start_gateway().await;
    let payload = "x".repeat(1_000_000);
    let job = format!(r#"{{"type":"echo","payload":"{payload}"}}"#);
    assert_eq!(gateway.submit_batch(batch_of(10, &job)).await.status, 201);
    let answer = gateway.submit_batch(batch_of(17, &job)).await;
    assert_eq!(problem(&answer).code, "payload_too_large");
}

#[tokio::test]
async fn job_within_a_batch_may_be_as_large_as_a_single_one() {
    let (gateway, back_end) = start_gateway().await;
    let job = |bytes: usize| {
        let frame = r#"{"type":"echo","payload":""}"#.len();
        let payload = "x".repeat(bytes - frame);
        format!(r#"{{"type":"echo","payload":"{payload}"}}"#)
    };
    let limit = 1024 * 1024;
    let small = r#"{"type":"echo"}"#;
    let mixed = format!(
        r#"{{"jobs":[{small}, {},{small},{}]}}"#,
        job(limit + 1),
        job(14 * limit)
    );
    let answer = gateway.submit_batch(mixed).await;
    assert_eq!(problem(&answer).code, "payload_too_large");
    assert_eq!(pointers(&answer), ["/jobs/1", "/jobs/3"]);
    let head = back_end.log.head().await.expect("the log answers");
    assert_eq!(head, Default::default(), "nothing was stored");

    let largest = format!(r#"{{"jobs":[ {} , {small}]}}"#, job(limit));
    assert_eq!(gateway.submit_batch(largest).await.status, 201);
}

#[tokio::test]
async fn error_in_the_json_of_a_batch_has_its_index() {
    let (gateway, _back_end) = start_gateway().await;
    let job = r#"{"type":"echo"}"#;
    for (bad, rest) in [
        (r#"{"a":1,"a":2}"#, "/a"),
        (r#"["\u0000"]"#, "/0"),
        (r#"["\ud800"]"#, "/0"),
        ("[0,1e999]", "/1"),
        (r#"{"a":[tru]}"#, "/a/0"),
    ] {
        let bad = format!(r#"{{"type":"echo","payload":{bad}}}"#);
        let batch = format!(r#"{{"jobs":[{job},{job},{bad},{job}]}}"#);
        let answer = gateway.submit_batch(batch).await;
        assert_eq!(problem(&answer).code, "invalid_json");
        assert_eq!(pointers(&answer), [format!("/jobs/2/payload{rest}")]);
    }
}

const PARSED_AT_ONCE: usize = 4;

/// A handler that counts how many batches are parsed now, and the largest number so far.
#[derive(Clone, Default)]
struct ParseCounter(Arc<(Mutex<(usize, usize)>, Condvar)>);

#[async_trait]
impl Handler for ParseCounter {
    fn job_type(&self) -> JobType {
        "counted".parse().expect("a legal name")
    }

    /// Waits until more batches are parsed than allowed.
    fn validate(&self, _payload: Option<&str>) -> Result<(), InvalidPayload> {
        let (counts, changed) = &*self.0;
        let mut counts = counts.lock().expect("not poisoned");
        counts.0 += 1;
        counts.1 = counts.1.max(counts.0);
        changed.notify_all();
        let limit = Duration::from_millis(200);
        let waited = changed.wait_timeout_while(counts, limit, |counts| counts.1 <= PARSED_AT_ONCE);
        waited.expect("not poisoned").0.0 -= 1;
        Ok(())
    }

    async fn run(&self, _: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        Ok(None)
    }
}

#[tokio::test]
async fn few_large_batches_are_parsed_at_once() {
    let back_end = sqlite_store();
    let counter = ParseCounter::default();
    let mut dependencies = dependencies(&back_end, back_end.store.clone());
    dependencies.handlers.register(counter.clone());
    let gateway = TestGateway::start(HttpConfig::default(), dependencies).await;
    let payload = "x".repeat(100_000);
    let batch = batch_of(1, &format!(r#"{{"type":"counted","payload":"{payload}"}}"#));
    let mut clients = JoinSet::new();
    for _ in 0..2 * PARSED_AT_ONCE {
        let (address, batch) = (gateway.address, batch.clone());
        let headers = [("Content-Type", "application/json")];
        clients.spawn(async move {
            send(address, "POST", "/jobs/batch", &headers, batch.as_bytes()).await
        });
    }
    for answer in clients.join_all().await {
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let (_, most) = *counter.0.0.lock().expect("not poisoned");
    assert_eq!(most, PARSED_AT_ONCE);
}
