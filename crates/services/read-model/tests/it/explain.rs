use odd_contracts::{FailureReason, JobId};

use crate::observatory::{Observatory, failure, success};

async fn codes(observatory: &Observatory, id: JobId) -> Vec<String> {
    let explanation = observatory.json(&format!("/explain/{id}")).await;
    let causes = explanation["causes"].as_array().expect("causes").iter();
    causes
        .map(|cause| cause["code"].as_str().expect("a code").to_owned())
        .collect()
}

#[tokio::test]
async fn job_is_explained_in_every_status() {
    let observatory = Observatory::start().await;
    let first = observatory
        .submit(r#"{"type":"echo","priority":9,"maxAttempts":1}"#)
        .await;
    let id = observatory.submit(r#"{"type":"echo"}"#).await;
    assert_eq!(
        codes(&observatory, id).await,
        ["no_worker_alive", "waiting_behind"]
    );
    observatory.record_worker(Some(&["sleep"]), 4, 0).await;
    assert_eq!(
        codes(&observatory, id).await,
        ["no_worker_for_type", "waiting_behind"]
    );
    observatory.record_worker(None, 1, 1).await;
    assert_eq!(
        codes(&observatory, id).await,
        ["workers_busy", "waiting_behind"]
    );

    let claimed = observatory.claim().await;
    assert_eq!(claimed.lease.job_id, first);
    assert_eq!(codes(&observatory, first).await, ["running"]);
    let explanation = observatory.json(&format!("/explain/{first}")).await;
    let summary = explanation["summary"].as_str().expect("a summary");
    let end = claimed.lease_expires_at.to_string();
    let (seconds, _) = end.split_once('.').expect("microseconds");
    let lease = format!("Its lease ends at {seconds}Z");
    assert!(summary.contains(&lease), "{summary}");
    let store = &observatory.back_end.store;
    store
        .cancel(first, claimed.correlation_id)
        .await
        .expect("cancellation is requested");
    assert_eq!(
        codes(&observatory, first).await,
        ["cancel_requested", "running"]
    );
    observatory.finish(claimed.lease, success("1")).await;
    assert_eq!(codes(&observatory, first).await, ["completed"]);

    observatory.record_worker(None, 1, 0).await;
    assert_eq!(codes(&observatory, id).await, ["ready"]);
    observatory
        .run_next(failure(FailureReason::Error, "refused"))
        .await;
    assert_eq!(codes(&observatory, id).await, ["backoff"]);
    store
        .cancel(id, claimed.correlation_id)
        .await
        .expect("cancelled");
    assert_eq!(codes(&observatory, id).await, ["cancelled"]);
}

#[tokio::test]
async fn scheduled_and_dead_lettered_jobs_are_explained() {
    let observatory = Observatory::start().await;
    let later = observatory
        .submit(r#"{"type":"echo","delayMs":3600000}"#)
        .await;
    assert_eq!(codes(&observatory, later).await, ["waiting_for_time"]);
    let dead = observatory.submit(r#"{"type":"echo"}"#).await;
    observatory
        .run_next(failure(FailureReason::Permanent, "no such host"))
        .await;
    assert_eq!(codes(&observatory, dead).await, ["dead_letter"]);
    let explanation = observatory.json(&format!("/explain/{dead}")).await;
    let summary = explanation["summary"].as_str().expect("a summary");
    assert!(summary.contains("no such host"), "{summary}");
}
