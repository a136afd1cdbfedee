use std::time::Duration;

use odd_contracts::RawJson;
use odd_core::ports::Admission;
use odd_worker::{BuiltInConfig, HandlerError, HandlerRegistry};
use serde_json::json;
use tokio::time::Instant;

use crate::trial::Trial;

fn trial(job_type: &'static str) -> Trial {
    Trial::new(job_type, BuiltInConfig::default())
}

#[tokio::test]
async fn echo_returns_its_payload_byte_for_byte() {
    let echo = trial("echo");
    let text = r#"{ "b":1.00, "a":[ ] }"#;
    let mut parts = echo.parts(&json!(null));
    parts.payload = Some(RawJson::from_text(text.into()).expect("JSON"));
    let result = echo.run_parts(parts).await.0.expect("runs");
    assert_eq!(result.expect("has a result").get(), text);
}

#[tokio::test]
async fn echo_without_payload_has_no_result() {
    let echo = trial("echo");
    let mut parts = echo.parts(&json!(null));
    parts.payload = None;
    assert_eq!(echo.run_parts(parts).await.0, Ok(None));
}

#[tokio::test(start_paused = true)]
async fn sleep_lasts_as_long_as_requested() {
    let begun = Instant::now();
    assert_eq!(trial("sleep").run(&json!({"ms": 5_000})).await, Ok(None));
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn sleep_stops_when_cancelled() {
    let sleep = trial("sleep");
    let parts = sleep.parts(&json!({"ms": 5_000}));
    let token = parts.cancellation.clone();
    let begun = Instant::now();
    let ((result, _), ()) = tokio::join!(sleep.run_parts(parts), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        token.cancel();
    });
    assert_eq!(result, Err(HandlerError::Cancelled));
    assert_eq!(begun.elapsed(), Duration::from_millis(200));
}

#[tokio::test]
async fn fail_returns_the_requested_failure() {
    let fail = trial("fail");
    assert_eq!(
        fail.run(&json!({"message": "no"})).await,
        Err(HandlerError::failed("no"))
    );
    assert_eq!(
        fail.run(&json!({"message": "never", "permanent": true}))
            .await,
        Err(HandlerError::permanent("never"))
    );
}

#[tokio::test]
async fn flaky_fails_the_first_attempts_of_each_run() {
    let flaky = trial("flaky");
    for (attempt, attempt_of_run, run, succeeds) in [
        (1, 1, 1, false),
        (2, 2, 1, false),
        (3, 3, 1, true),
        (4, 1, 2, false),
        (6, 3, 2, true),
    ] {
        let mut parts = flaky.parts(&json!({"failures": 2}));
        (parts.attempt, parts.attempt_of_run, parts.run) = (attempt, attempt_of_run, run);
        let result = flaky.run_parts(parts).await.0;
        assert_eq!(result.is_ok(), succeeds, "attempt {attempt}");
    }
}

#[test]
fn invalid_payloads_are_refused_at_their_pointer() {
    for (job_type, payload, pointer) in [
        ("sleep", json!({"ms": -1}), "/ms"),
        ("sleep", json!({"ms": 86_400_001}), "/ms"),
        ("sleep", json!({}), ""),
        ("sleep", json!(null), ""),
        ("fail", json!({"message": 5}), "/message"),
        (
            "fail",
            json!({"message": "x", "permanent": "yes"}),
            "/permanent",
        ),
        ("flaky", json!({"failures": 1.5}), "/failures"),
    ] {
        assert_eq!(trial(job_type).refused_at(&payload), pointer);
    }
}

#[test]
fn types_without_a_handler_are_accepted() {
    let registry = HandlerRegistry::built_in(BuiltInConfig::default());
    let unknown = "unknown.type".parse().expect("legal");
    assert_eq!(registry.admit(&unknown, Some("7")), Ok(()));
    let sleep = "sleep".parse().expect("legal");
    let refusal = registry.admit(&sleep, None).expect_err("refused");
    assert!(refusal.contains("an object such as"), "{refusal}");
}
