use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode as Status;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use odd_contracts::JobStatus::{Cancelled, Completed};

use super::*;
use crate::commands::drill::test_server::{deployment, serve};

const QUEUE: &str = "drill";

/// A gateway that keeps jobs in memory.
#[derive(Default)]
struct Gateway {
    jobs: Mutex<BTreeMap<String, &'static str>>,
    /// The answer to the next submission, unless it is 201. Its jobs are not stored.
    refusal: Mutex<Option<Status>>,
    /// Number of cancellations that fail first.
    failing_cancellations: Mutex<usize>,
}

type Shared = State<Arc<Gateway>>;

async fn submit(State(gateway): Shared, Json(body): Json<Value>) -> Result<Status, Status> {
    if let Some(status) = gateway.refusal.lock().expect("whole").take() {
        return Err(status);
    }
    let mut jobs = gateway.jobs.lock().expect("whole");
    for job in body["jobs"].as_array().expect("a list") {
        jobs.insert(job["id"].as_str().expect("an id").to_owned(), "PENDING");
    }
    Ok(Status::CREATED)
}

async fn get_job(State(gateway): Shared, Path(id): Path<String>) -> Result<Json<Value>, Status> {
    let jobs = gateway.jobs.lock().expect("whole");
    let status = jobs.get(&id).ok_or(Status::NOT_FOUND)?;
    Ok(Json(json!({"status": status})))
}

async fn cancel(State(gateway): Shared, Path(id): Path<String>) -> Status {
    let mut failing = gateway.failing_cancellations.lock().expect("whole");
    if *failing > 0 {
        *failing -= 1;
        return Status::SERVICE_UNAVAILABLE;
    }
    match gateway.jobs.lock().expect("whole").get_mut(&id) {
        None => Status::NOT_FOUND,
        Some(status) if *status != "PENDING" => Status::CONFLICT,
        Some(status) => {
            *status = "CANCELLED";
            Status::ACCEPTED
        }
    }
}

async fn drop_dead_letter(State(gateway): Shared, Path(id): Path<String>) -> Status {
    gateway.jobs.lock().expect("whole").remove(&id);
    Status::NO_CONTENT
}

async fn start() -> (Arc<Gateway>, Deployment) {
    let gateway = Arc::new(Gateway::default());
    let router = Router::new()
        .route("/jobs/batch", post(submit))
        .route("/jobs/{id}", get(get_job))
        .route("/jobs/{id}/cancel", post(cancel))
        .route("/dead-letters/{id}", delete(drop_dead_letter))
        .with_state(Arc::clone(&gateway));
    (gateway, deployment(serve(router).await))
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

fn refuse(gateway: &Gateway, status: Status) {
    gateway.refusal.lock().expect("whole").replace(status);
}

#[tokio::test]
async fn jobs_of_a_refused_submission_are_not_reported_as_lost() {
    let (gateway, deployment) = start().await;
    let jobs = Jobs::new(&deployment, QUEUE);
    refuse(&gateway, Status::TOO_MANY_REQUESTS);
    jobs.submit(3, &json!({})).await.expect_err("refused");
    assert_eq!(jobs.len(), 0);
    let all = jobs.wait_for_all(&[Completed], deadline());
    all.await.expect("there is nothing to wait for");
}

#[tokio::test]
async fn jobs_of_a_submission_without_an_answer_are_never_stored_when_the_gateway_does_not_know_them()
 {
    let (gateway, deployment) = start().await;
    let jobs = Jobs::new(&deployment, QUEUE);
    refuse(&gateway, Status::BAD_GATEWAY);
    jobs.submit(3, &json!({})).await.expect_err("failed");
    assert!(jobs.leftovers().is_some());
    assert_eq!(jobs.cancel_open(deadline()).await, Ok(0));
    assert_eq!(
        jobs.counts(),
        BTreeMap::from([("never stored".to_owned(), 3)])
    );
    let all = jobs.wait_for_all(&[Completed], deadline());
    all.await.expect("they are not waited for");
}

#[tokio::test]
async fn accepted_job_that_the_gateway_does_not_know_is_lost() {
    let (gateway, deployment) = start().await;
    let jobs = Jobs::new(&deployment, QUEUE);
    jobs.submit(1, &json!({})).await.expect("accepted");
    gateway.jobs.lock().expect("whole").clear();
    let soon = Instant::now() + Duration::from_secs(1);
    let why = jobs.wait_for_all(&[Completed], soon).await;
    assert!(why.expect_err("lost").contains("is lost"));
}

#[tokio::test]
async fn cancellations_that_fail_are_repeated_and_the_others_are_sent() {
    let (gateway, deployment) = start().await;
    let jobs = Jobs::new(&deployment, QUEUE);
    jobs.submit(40, &json!({})).await.expect("accepted");
    *gateway.failing_cancellations.lock().expect("whole") = 20;
    assert_eq!(jobs.cancel_open(deadline()).await, Ok(40));
    assert_eq!(jobs.leftovers(), None);
    let cancelled = jobs.wait_for_all(&[Cancelled], deadline());
    cancelled.await.expect("each of them");
}

#[tokio::test]
async fn jobs_that_cannot_be_cancelled_are_counted() {
    let (gateway, deployment) = start().await;
    let jobs = Jobs::new(&deployment, QUEUE);
    jobs.submit(2, &json!({})).await.expect("accepted");
    *gateway.failing_cancellations.lock().expect("whole") = usize::MAX;
    let soon = Instant::now() + Duration::from_secs(1);
    let why = jobs.cancel_open(soon).await.expect_err("refused");
    assert!(
        why.starts_with("2 jobs of the drill may still wait in the queue drill: answered 503"),
        "{why}"
    );
}

#[tokio::test]
async fn dead_letters_of_jobs_that_failed_are_removed() {
    let (gateway, deployment) = start().await;
    let jobs = Jobs::new(&deployment, QUEUE);
    let ids = jobs.submit(3, &json!({})).await.expect("accepted");
    let failed = ids[0].to_string();
    let statuses = BTreeMap::from([(failed, "FAILED"), (ids[1].to_string(), "COMPLETED")]);
    gateway.jobs.lock().expect("whole").extend(statuses);
    assert_eq!(jobs.cancel_open(deadline()).await, Ok(1));
    assert_eq!(jobs.drop_dead_letters(deadline()).await, Ok(1));
    assert_eq!(gateway.jobs.lock().expect("whole").len(), 2);
}
