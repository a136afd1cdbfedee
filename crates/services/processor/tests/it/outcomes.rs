use std::sync::atomic::Ordering;

use odd_contracts::{AttemptOutcome, EventType, FailureReason, JobStatus, RawJson};
use odd_worker::HandlerError;
use serde_json::json;

use crate::handlers::{GatedHandler, next_started, quick};
use crate::rig::Rig;

#[tokio::test]
async fn success_is_recorded_with_its_result() {
    let registry = quick("work", |ctx| {
        let input: u32 = ctx.payload()?;
        Ok(Some(RawJson::from_value(&json!({ "doubled": input * 2 }))))
    });
    let rig = Rig::start(registry).await;
    let job = rig
        .submit_until(r#"{"type":"work","payload":21}"#, EventType::Completed)
        .await;
    assert_eq!(job.result.expect("kept").get(), r#"{"doubled":42}"#);
    let attempts = job.attempts.expect("attempts");
    assert_eq!(
        (attempts.len(), attempts[0].outcome),
        (1, AttemptOutcome::Succeeded)
    );
    rig.stop().await;
}

#[tokio::test]
async fn failure_is_retried_until_it_succeeds() {
    let registry = quick("work", |ctx| match ctx.attempt_of_run() {
        3 => Ok(None),
        n => Err(HandlerError::failed(format!("not yet {n}"))),
    });
    let rig = Rig::start(registry).await;
    let submission = r#"{"type":"work","retry":{"baseDelayMs":5}}"#;
    let job = rig.submit_until(submission, EventType::Completed).await;
    let attempts = job.attempts.expect("attempts");
    let outcomes: Vec<AttemptOutcome> = attempts.iter().map(|attempt| attempt.outcome).collect();
    let expected = [
        AttemptOutcome::Failed,
        AttemptOutcome::Failed,
        AttemptOutcome::Succeeded,
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(
        attempts[1].error.as_ref().expect("an error").message,
        "not yet 2"
    );
    rig.stop().await;
}

#[tokio::test]
async fn last_failure_ends_the_job() {
    let registry = quick("work", |ctx| {
        Err(HandlerError::failed(if ctx.is_last_attempt() {
            "last"
        } else {
            "not last"
        }))
    });
    let rig = Rig::start(registry).await;
    let submission = r#"{"type":"work","maxAttempts":2,"retry":{"baseDelayMs":1}}"#;
    let job = rig.submit_until(submission, EventType::Failed).await;
    let error = job.error.expect("an error");
    assert_eq!(
        (error.reason, error.message.as_str()),
        (FailureReason::Error, "last")
    );
    assert_eq!(job.attempt, 2);
    rig.stop().await;
}

#[tokio::test]
async fn permanent_failure_is_not_retried() {
    let rig = Rig::start(quick("work", |_| Err(HandlerError::permanent("never")))).await;
    let job = rig
        .submit_until(r#"{"type":"work"}"#, EventType::Failed)
        .await;
    assert_eq!(
        job.error.expect("an error").reason,
        FailureReason::Permanent
    );
    assert_eq!(job.attempt, 1);
    rig.stop().await;
}

#[tokio::test]
async fn handler_can_choose_its_retry_delay() {
    let registry = quick("work", |_| {
        let message = "busy".to_owned();
        Err(HandlerError::RetryAfter {
            message,
            delay_ms: 3_600_000,
        })
    });
    let rig = Rig::start(registry).await;
    let job = rig
        .submit_until(r#"{"type":"work"}"#, EventType::Retrying)
        .await;
    assert_eq!(job.run_at, Some(job.updated_at.plus_millis(3_600_000)));
    rig.stop().await;
}

#[tokio::test]
async fn panic_fails_only_its_attempt() {
    let registry = quick("work", |ctx| match ctx.raw_payload() {
        Some(_) => panic!("a defect in a handler"),
        None => Ok(None),
    });
    let rig = Rig::start(registry).await;
    let submission = r#"{"type":"work","payload":1,"maxAttempts":1}"#;
    let job = rig.submit_until(submission, EventType::Failed).await;
    assert_eq!(job.error.expect("an error").message, "the handler panicked");
    rig.submit_until(r#"{"type":"work"}"#, EventType::Completed)
        .await;
    rig.stop().await;
}

#[tokio::test]
async fn attempt_that_exceeds_its_timeout_is_ended() {
    let (gated, _attempts) = GatedHandler::new();
    let rig = Rig::start(gated.registry()).await;
    let submission = r#"{"type":"gated","timeoutMs":30,"maxAttempts":1}"#;
    let job = rig.submit_until(submission, EventType::Failed).await;
    assert_eq!(job.error.expect("an error").reason, FailureReason::TimedOut);
    assert_eq!(
        job.attempts.expect("attempts")[0].outcome,
        AttemptOutcome::TimedOut
    );
    gated.until_running(0).await;
    rig.stop().await;
}

#[tokio::test]
async fn running_job_is_cancelled() {
    let (gated, mut attempts) = GatedHandler::new();
    let rig = Rig::start(gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    next_started(&mut attempts).await;
    let cause = odd_contracts::CorrelationId(id.0);
    rig.store.store.cancel(id, cause).await.expect("runs");
    rig.wait_for(id, EventType::Cancelled).await;
    let job = rig.job(id).await;
    assert_eq!(
        job.attempts.expect("attempts")[0].outcome,
        AttemptOutcome::Cancelled
    );
    rig.stop().await;
}

#[tokio::test]
async fn invalid_payload_fails_without_an_attempt() {
    let (gated, mut attempts) = GatedHandler::new();
    let rig = Rig::start(gated.registry()).await;
    let job = rig
        .submit_until(r#"{"type":"gated","payload":"bad"}"#, EventType::Failed)
        .await;
    assert_eq!(
        job.error.expect("an error").reason,
        FailureReason::InvalidPayload
    );
    assert_eq!((job.status, job.attempt), (JobStatus::Failed, 0));
    assert!(attempts.try_recv().is_err());
    rig.stop().await;
}

#[tokio::test]
async fn result_is_recorded_once_the_store_is_available_again() {
    let (gated, mut attempts) = GatedHandler::new();
    let rig = Rig::start(gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    next_started(&mut attempts).await;
    rig.watched.failing_finishes.store(3, Ordering::SeqCst);
    gated.open(1);
    rig.wait_for(id, EventType::Completed).await;
    assert_eq!(rig.watched.failing_finishes.load(Ordering::SeqCst), 0);
    rig.stop().await;
}

#[tokio::test]
async fn unrecordable_result_does_not_affect_others() {
    let rig = Rig::start(quick("work", |_| Ok(None))).await;
    let held_back = rig.watched.claims.write().await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(rig.submit(r#"{"type":"work"}"#).await);
    }
    *rig.watched.unfinishable.lock().expect("not poisoned") = Some(jobs[1]);
    drop(held_back);
    rig.wait_for(jobs[0], EventType::Completed).await;
    rig.wait_for(jobs[2], EventType::Completed).await;
    assert_eq!(rig.job(jobs[1]).await.status, JobStatus::Executing);
    rig.stop().await;
}
