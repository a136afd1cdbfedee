use odd_contracts::{Job, JobStatus, LogLine, LogStream};
use odd_core::AttemptResult;
use odd_core::ports::{Clock, SystemClock};

use crate::gateway::{claim_one, end, fail_one, problem, start_gateway};

const UNKNOWN_ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

#[tokio::test]
async fn unknown_job_is_a_404_for_every_operation() {
    let (gateway, _back_end) = start_gateway().await;
    for id in [
        UNKNOWN_ID,
        "1",
        "'%20OR%201=1",
        "%00",
        "%ff",
        "..%2f..%2fetc",
        &"9".repeat(500),
    ] {
        assert_eq!(
            problem(&gateway.get_job(id).await).code,
            "job_not_found",
            "{id}"
        );
        for verb in ["cancel", "retry"] {
            let answer = gateway.command(id, verb).await;
            assert_eq!(problem(&answer).code, "job_not_found", "{verb} {id}");
        }
    }
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_can_be_retried() {
    let (gateway, _back_end) = start_gateway().await;
    let id = gateway.accepted(r#"{"type":"echo"}"#).await.id;
    let retried_too_early = gateway.command(id, "retry").await;
    assert_eq!(problem(&retried_too_early).code, "conflict");
    let cancelled = gateway.command(id, "cancel").await;
    assert_eq!(cancelled.status, 202);
    assert_eq!(cancelled.json()["status"], "CANCELLED");
    let again = gateway.command(id, "cancel").await;
    assert_eq!(again.status, 409);
    assert!(problem(&again).detail.contains("CANCELLED"));
    let retried = gateway.command(id, "retry").await;
    let retried: Job = serde_json::from_slice(&retried.body).expect("a job");
    assert_eq!((retried.status, retried.run), (JobStatus::Pending, 2));
}

#[tokio::test]
async fn a_running_job_is_asked_to_stop() {
    let (gateway, back_end) = start_gateway().await;
    let id = gateway.accepted(r#"{"type":"echo"}"#).await.id;
    let lease = claim_one(&back_end).await.lease;
    let asked = gateway.command(id, "cancel").await;
    assert_eq!(asked.status, 202);
    let asked: Job = serde_json::from_slice(&asked.body).expect("a job");
    assert_eq!(asked.status, JobStatus::Executing);
    assert!(asked.cancel_requested);
    let status = end(&back_end, lease, AttemptResult::Cancelled).await;
    assert_eq!(status, JobStatus::Cancelled);
    let shown = gateway.get_job(id).await.json();
    assert_eq!(shown["attempts"][0]["outcome"], "CANCELLED");
}

#[tokio::test]
async fn answers_about_a_job_with_long_logs_take_few_bytes() {
    let (gateway, back_end) = start_gateway().await;
    let id = gateway.accepted(r#"{"type":"echo"}"#).await.id;
    for _ in 0..40 {
        let lease = claim_one(&back_end).await.lease;
        let line = LogLine {
            at: SystemClock.now(),
            stream: LogStream::Log,
            line: "x".repeat(100),
        };
        let appended = back_end.store.append_log(lease, vec![line; 1_000]);
        appended.await.expect("a valid lease");
        end(&back_end, lease, AttemptResult::Released).await;
    }
    for answer in [
        gateway.get_job(id).await,
        gateway.command(id, "cancel").await,
        gateway.command(id, "retry").await,
    ] {
        let job: Job = serde_json::from_slice(&answer.body).expect("a job");
        assert_eq!(job.attempt, 40);
        assert!(answer.body.len() < 16 * 1024, "{} bytes", answer.body.len());
    }
}

#[tokio::test]
async fn a_command_carries_its_own_correlation_id_into_the_history() {
    let (gateway, back_end) = start_gateway().await;
    let id = gateway.accepted(r#"{"type":"echo"}"#).await.id;
    fail_one(&back_end).await;
    let target = format!("/jobs/{id}/retry");
    let headers = [("X-Correlation-Id", UNKNOWN_ID)];
    let route = ("POST", "/jobs/{id}/retry");
    let answer = gateway.call(route, &target, &headers, b"").await;
    assert_eq!(answer.status, 202);
    let history = back_end.log.job_history(id, 100).await.expect("a history");
    let last = format!("{:?}", history.last().expect("events"));
    assert!(last.contains(UNKNOWN_ID), "{last}");
}

#[tokio::test]
async fn retry_and_replay_are_refused_while_another_job_has_the_unique_key() {
    let (gateway, back_end) = start_gateway().await;
    let keyed = r#"{"type":"echo","uniqueKey":"k"}"#;
    let failed = gateway
        .accepted(r#"{"type":"echo","uniqueKey":"k","maxAttempts":1}"#)
        .await
        .id;
    fail_one(&back_end).await;
    let holder = gateway.accepted(keyed).await.id;
    let id = failed.to_string();
    let replay = format!("/dead-letters/{id}/replay");
    for answer in [
        gateway.command(failed, "retry").await,
        gateway
            .call(("POST", "/dead-letters/{id}/replay"), &replay, &[], b"")
            .await,
    ] {
        let problem = problem(&answer);
        assert_eq!(
            (problem.status, problem.code.as_str()),
            (409, "unique_key_held")
        );
        for job in [&id, &holder.to_string()] {
            assert!(problem.detail.contains(job), "{problem:?}");
        }
    }
    let job: Job = serde_json::from_slice(&gateway.get_job(failed).await.body).expect("a job");
    assert_eq!(
        (job.status, job.unique_key.as_deref()),
        (JobStatus::Failed, Some("k"))
    );
}
