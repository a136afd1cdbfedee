use std::fmt::Write;

use odd_contracts::BatchAccepted;

use crate::gateway::{fresh, pointers, problem};

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
    let (gateway, back_end) = fresh().await;
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
async fn one_bad_job_refuses_the_batch_and_every_bad_one_is_named() {
    let (gateway, back_end) = fresh().await;
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
async fn the_frame_of_a_batch_is_checked() {
    let (gateway, _back_end) = fresh().await;
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
    let (gateway, _back_end) = fresh().await;
    let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
    let batch = format!(r#"{{"jobs":[{{"type":"echo","id":"{id}"}}]}}"#);
    let first = gateway.submit_batch(&batch).await;
    let again = gateway.submit_batch(&batch).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.body, again.body);

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
    let (gateway, _back_end) = fresh().await;
    let payload = "x".repeat(1_000_000);
    let job = format!(r#"{{"type":"echo","payload":"{payload}"}}"#);
    assert_eq!(gateway.submit_batch(batch_of(10, &job)).await.status, 201);
    let answer = gateway.submit_batch(batch_of(17, &job)).await;
    assert_eq!(problem(&answer).code, "payload_too_large");
}
