use odd_contracts::{FailureList, FailureReason, JobId, JobList};
use odd_core::MAX_FAILURE_GROUPS;
use serde_json::json;

use crate::observatory::{Observatory, failure, success};

/// Submits a job of a type and fails it for good.
async fn fail(observatory: &Observatory, submission: &str, message: &str) -> JobId {
    let id = observatory.submit(submission).await;
    let result = failure(FailureReason::Permanent, message);
    assert_eq!(observatory.run_next(result).await, id);
    id
}

const MAIL: &str = r#"{"type":"mail","queue":"mails"}"#;
const PAGE: &str = r#"{"type":"page"}"#;

async fn list(observatory: &Observatory, target: &str) -> FailureList {
    serde_json::from_value(observatory.json(target).await).expect("a list of failures")
}

/// Waits until a group has these numbers of failures and jobs: the history is cached for a short time.
async fn wait_for(observatory: &Observatory, target: &str, expected: (u64, u64)) {
    let deadline = tokio::time::Instant::now() + odd_testkit::PATIENCE;
    loop {
        let group = observatory.json(target).await["group"].clone();
        if (&group["occurrences"], &group["jobs"]) == (&json!(expected.0), &json!(expected.1)) {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "{group}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn failures_are_grouped_by_fingerprint() {
    let observatory = Observatory::start().await;
    let first = fail(&observatory, MAIL, "no answer from 10.0.0.7 after 250 ms").await;
    let second = fail(&observatory, MAIL, "no answer from 10.0.0.9 after 30 ms").await;
    fail(&observatory, PAGE, "no answer from 10.0.0.9 after 30 ms").await;
    observatory.fold().await;
    let list = list(&observatory, "/failures").await;
    assert_eq!(list.groups.len(), 2);
    assert_eq!(
        list.groups[0].job_type.as_str(),
        "page",
        "the latest comes first"
    );
    let mail = &list.groups[1];
    assert_eq!((mail.occurrences, mail.jobs), (2, 2));
    assert_eq!(mail.code, FailureReason::Permanent);
    assert_eq!(mail.message, "no answer from 10.0.0.9 after 30 ms");
    assert_eq!(
        mail.queue.as_ref().map(|queue| queue.as_str()),
        Some("mails")
    );
    assert_eq!(mail.sample_job_ids, [second, first]);
    assert_eq!(mail.versions, [env!("CARGO_PKG_VERSION")]);
    assert!(mail.first_seen_at < mail.last_seen_at);
}

#[tokio::test]
async fn retried_attempts_occur_and_jobs_are_those_that_failed_now() {
    let observatory = Observatory::start().await;
    let id = observatory
        .submit(r#"{"type":"mail","maxAttempts":2,"retry":{"baseDelayMs":0}}"#)
        .await;
    let result = failure(FailureReason::Error, "no route");
    observatory.run_next(result.clone()).await;
    observatory.fold().await;
    let groups = list(&observatory, "/failures").await.groups;
    assert_eq!((groups[0].occurrences, groups[0].jobs), (1, 0));
    let fingerprint = groups[0].fingerprint;

    observatory.promote_all().await;
    observatory.run_next(result).await;
    observatory.fold().await;
    let target = format!("/failures/{fingerprint}");
    wait_for(&observatory, &target, (2, 1)).await;
    let job = observatory.json(&format!("/jobs/{id}")).await;
    assert_eq!(job["fingerprint"], json!(fingerprint));

    observatory.retry(id).await;
    observatory.run_next(success("1")).await;
    observatory.fold().await;
    wait_for(&observatory, &target, (2, 0)).await;
    let job = observatory.json(&format!("/jobs/{id}")).await;
    assert!(job.get("fingerprint").is_none(), "{job}");
}

#[tokio::test]
async fn filters_select_groups() {
    let observatory = Observatory::start().await;
    fail(&observatory, MAIL, "no").await;
    fail(&observatory, PAGE, "no").await;
    observatory.fold().await;
    for (filter, types) in [
        ("type=mail", vec!["mail"]),
        ("queue=mails", vec!["mail"]),
        ("queue=default", vec!["page"]),
        ("type=mail&queue=default", vec![]),
        ("since=2099-01-01T00:00:00Z", vec![]),
        ("since=2001-01-01T00:00:00Z&limit=1", vec!["page"]),
    ] {
        let found = list(&observatory, &format!("/failures?{filter}"))
            .await
            .groups;
        let found: Vec<&str> = found.iter().map(|group| group.job_type.as_str()).collect();
        assert_eq!(found, types, "{filter}");
    }
}

#[tokio::test]
async fn all_groups_may_be_asked_for() {
    let observatory = Observatory::start().await;
    fail(&observatory, MAIL, "no").await;
    observatory.fold().await;
    let target = format!("/failures?limit={MAX_FAILURE_GROUPS}");
    assert_eq!(list(&observatory, &target).await.groups.len(), 1);
}

#[tokio::test]
async fn kind_in_many_queues_is_listed_for_each() {
    let observatory = Observatory::start().await;
    for n in 0..7 {
        let submission = format!(r#"{{"type":"mail","queue":"q{n}"}}"#);
        fail(&observatory, &submission, "no").await;
    }
    observatory.fold().await;
    for n in 0..7 {
        let found = list(&observatory, &format!("/failures?queue=q{n}")).await;
        assert_eq!(found.groups.len(), 1, "q{n}");
    }
}

#[tokio::test]
async fn jobs_are_listed_by_fingerprint() {
    let observatory = Observatory::start().await;
    let failed = fail(&observatory, MAIL, "no such user 7").await;
    fail(&observatory, PAGE, "no such user 7").await;
    observatory.submit(MAIL).await;
    let job = observatory.json(&format!("/jobs/{failed}")).await;
    let fingerprint = job["fingerprint"].as_str().expect("it failed");
    let target = format!("/jobs?fingerprint={fingerprint}");
    let list: JobList = serde_json::from_value(observatory.json(&target).await).expect("jobs");
    let ids: Vec<JobId> = list.jobs.iter().map(|job| job.id).collect();
    assert_eq!(ids, [failed]);
}

#[tokio::test]
async fn unknown_and_malformed_fingerprints_are_refused() {
    let observatory = Observatory::start().await;
    for fingerprint in ["0123456789abcdef", "nothing"] {
        let answer = observatory.get(&format!("/failures/{fingerprint}")).await;
        assert_eq!(answer.status, 404, "{fingerprint}");
    }
    let answer = observatory.get("/jobs?fingerprint=nothing").await;
    assert_eq!(answer.status, 422);
    for query in [
        "limit=1001",
        "limit=0",
        "type=a%20b",
        "since=soon",
        "what=1",
    ] {
        let answer = observatory.get(&format!("/failures?{query}")).await;
        assert_eq!(answer.status, 422, "{query}");
    }
}
