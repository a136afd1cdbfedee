use odd_contracts::{Job, JobStatus};

use crate::gateway::{pointers, problem, start_gateway};

#[tokio::test]
async fn an_accepted_job_is_the_job_that_is_stored() {
    let (gateway, _back_end) = start_gateway().await;
    let submission = r#"{"type":"echo","payload":{"a": [1, 2.50]},"queue":"mail","priority":7,
        "maxAttempts":3,"timeoutMs":1000,"retry":{"baseDelayMs":5},"tags":["x"],"metadata":{"k":"v"},
        "uniqueKey":"u"}"#;
    let answer = gateway.submit(submission).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let job: Job = serde_json::from_slice(&answer.body).expect("a job");
    assert_eq!(job.status, JobStatus::Pending);
    assert_eq!((job.priority, job.max_attempts), (7, 3));
    assert_eq!(
        job.payload.as_ref().map(|payload| payload.get()),
        Some(r#"{"a": [1, 2.50]}"#),
        "the payload is kept byte for byte"
    );
    let location = format!("/jobs/{}", job.id);
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(
        answer.header("x-correlation-id"),
        Some(job.correlation_id.to_string().as_str())
    );

    let stored = gateway.get_job(job.id).await;
    let mut stored: Job = serde_json::from_slice(&stored.body).expect("a job");
    assert_eq!(stored.attempts.take(), Some(vec![]));
    assert_eq!(stored, job);
}

#[tokio::test]
async fn a_delayed_job_is_scheduled() {
    let (gateway, _back_end) = start_gateway().await;
    let later = gateway.accepted(r#"{"type":"echo","delayMs":60000}"#).await;
    assert_eq!(later.status, JobStatus::Scheduled);
    assert_eq!(later.run_at, Some(later.created_at.plus_millis(60_000)));
    let at = r#"{"type":"echo","runAt":"2999-01-01T00:00:00+01:00"}"#;
    assert_eq!(gateway.accepted(at).await.status, JobStatus::Scheduled);
    let past = r#"{"type":"echo","runAt":"2000-01-01T00:00:00Z"}"#;
    assert_eq!(gateway.accepted(past).await.status, JobStatus::Pending);
}

#[tokio::test]
async fn contract_violation_is_reported_with_pointers() {
    let (gateway, _back_end) = start_gateway().await;
    for (submission, pointer) in [
        ("{}", "/type"),
        ("[]", ""),
        ("null", ""),
        (r#"{"type":""}"#, "/type"),
        (r#"{"type":"a b"}"#, "/type"),
        (r#"{"type":{"$gt":""}}"#, "/type"),
        (r#"{"type":"echo","id":"1"}"#, "/id"),
        (r#"{"type":"echo","priority":101}"#, "/priority"),
        (r#"{"type":"echo","maxAttempts":0}"#, "/maxAttempts"),
        (r#"{"type":"echo","tags":["a",""]}"#, "/tags/1"),
        (r#"{"type":"echo","runAt":"tomorrow"}"#, "/runAt"),
    ] {
        let answer = gateway.submit(submission).await;
        assert_eq!(problem(&answer).code, "contract_violation", "{submission}");
        let pointers = pointers(&answer);
        assert!(
            pointers.iter().any(|p| p == pointer),
            "{submission}: {pointers:?}"
        );
    }
}

#[tokio::test]
async fn fields_that_only_the_service_sets_are_refused() {
    let (gateway, back_end) = start_gateway().await;
    for member in [
        "status",
        "attempts",
        "attempt",
        "version",
        "createdAt",
        "result",
    ] {
        let answer = gateway
            .submit(format!(r#"{{"type":"echo","{member}":1}}"#))
            .await;
        assert_eq!(answer.status, 422, "{member}");
        assert_eq!(pointers(&answer), [format!("/{member}")]);
    }
    let both = r#"{"type":"echo","delayMs":5,"runAt":"2999-01-01T00:00:00Z"}"#;
    assert_eq!(gateway.submit(both).await.status, 422);
    let head = back_end.log.head().await.expect("the log answers");
    assert_eq!(head, Default::default(), "nothing was stored");
}

#[tokio::test]
async fn payload_refused_by_its_handler_is_reported_with_pointers() {
    let (gateway, _back_end) = start_gateway().await;
    for payload in ["{}", r#"{"ms":-1}"#, r#"{"ms":"1"}"#] {
        let submission = format!(r#"{{"type":"sleep","payload":{payload}}}"#);
        let answer = gateway.submit(submission).await;
        assert_eq!(answer.status, 422, "{payload}");
        let pointers = pointers(&answer);
        assert!(
            pointers
                .iter()
                .all(|pointer| pointer.starts_with("/payload")),
            "{pointers:?}"
        );
    }
    gateway
        .accepted(r#"{"type":"sleep","payload":{"ms":1}}"#)
        .await;
    gateway
        .accepted(r#"{"type":"unknown-here","payload":{"ms":"1"}}"#)
        .await;
}

#[tokio::test]
async fn query_languages_in_values_are_plain_data() {
    let (gateway, _back_end) = start_gateway().await;
    let hostile = r#"'; DROP TABLE jobs; -- {\"$gt\":\"\"} ${jndi:x} %00 <script>"#;
    let submission = format!(
        r#"{{"type":"echo","uniqueKey":"{hostile}","tags":["{tag}"],"metadata":{{"a":"{hostile}"}}}}"#,
        tag = &hostile[..20]
    );
    let job = gateway.accepted(&submission).await;
    let stored = gateway.get_job(job.id).await.json();
    let expected: serde_json::Value = serde_json::from_str(&submission).expect("JSON");
    assert_eq!(stored["metadata"], expected["metadata"]);
    assert_eq!(stored["uniqueKey"], expected["uniqueKey"]);
}

#[tokio::test]
async fn unfinished_job_with_the_same_unique_key_is_returned() {
    let (gateway, _back_end) = start_gateway().await;
    let first = gateway.accepted(r#"{"type":"echo","uniqueKey":"k"}"#).await;
    let second = gateway
        .submit(r#"{"type":"sleep","payload":{"ms":1},"uniqueKey":"k"}"#)
        .await;
    assert_eq!(second.status, 200);
    assert_eq!(second.header("unique-job-exists"), Some("true"));
    assert_eq!(second.header("idempotent-replayed"), None);
    assert_eq!(second.json()["id"], first.id.to_string());
}
