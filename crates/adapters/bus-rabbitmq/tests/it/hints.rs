use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobId, WorkReady};
use odd_testkit::PATIENCE;

use crate::broker::{Broker, next};
use crate::fixture::{Fixture, SOON, Worker};

const QUEUE: &str = "jobs.default";

/// Starts a claim of up to `limit` jobs, runs `action` while it waits, and returns the claimed jobs.
async fn claim_during(
    worker: &Arc<Worker>,
    limit: usize,
    broker: &Broker,
    action: impl AsyncFnOnce(),
) -> Vec<JobId> {
    let claiming = worker.clone();
    let claim = tokio::spawn(async move { claiming.claim(limit).await });
    broker.wait_for_consumer(QUEUE).await;
    action().await;
    let claimed = tokio::time::timeout(SOON, claim).await;
    let claimed = claimed.expect("a hint in time").expect("no panic");
    claimed.iter().map(|job| job.lease.job_id).collect()
}

/// Returns the jobs that the next hint names.
async fn hinted(broker: &Broker) -> Vec<JobId> {
    let mut queue = broker.consume(QUEUE).await;
    let hint: WorkReady = serde_json::from_slice(&next(&mut queue).await.data).expect("a hint");
    hint.payload.jobs.iter().map(|job| job.job_id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hint_wakes_a_waiting_claim_of_another_process() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let worker = Arc::new(fixture.worker().await);
    let broker = Broker::open(&fixture.broker).await;
    for _ in 0..5 {
        let mut submitted = None;
        let submit = async || submitted = Some(gateway.jobs.submit(r#"{"type":"work"}"#).await);
        let waking = claim_during(&worker, 2, &broker, submit);
        let claimed = tokio::time::timeout(Duration::from_secs(2), waking).await;
        let claimed = claimed.expect("within two seconds");
        assert_eq!(claimed, Vec::from_iter(submitted));
    }
    assert_eq!(broker.depth(QUEUE).await, 0);
    assert_eq!(broker.depth("observatory.dead-letters").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_of_other_job_queues_wake_claims() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let worker = Arc::new(fixture.worker().await);
    let broker = Broker::open(&fixture.broker).await;
    for queue in [
        "reports", "default", "reports", "mail.out", "default", "mail.out", "reports",
    ] {
        let submission = format!(r#"{{"type":"work","queue":"{queue}"}}"#);
        let submit = async || {
            gateway.jobs.submit(&submission).await;
        };
        assert_eq!(claim_during(&worker, 2, &broker, submit).await.len(), 1);
    }
    for queue in [QUEUE, "jobs.reports", "jobs.mail.out"] {
        assert_eq!(broker.depth(queue).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_worker_passes_hints_on() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let worker = Arc::new(fixture.worker().await);
    let broker = Broker::open(&fixture.broker).await;
    let mut submitted = Vec::new();
    let submit = async || submitted = gateway.jobs.submit_batch(3).await;
    let claimed = claim_during(&worker, 1, &broker, submit).await;
    assert_eq!(claimed.len(), 1);
    // It claims no more, although more jobs are ready.
    let hinted = tokio::time::timeout(SOON, hinted(&broker)).await;
    assert_eq!(hinted.expect("passed on in time"), submitted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unroutable_messages_are_sent_again_after_declaring_the_queues() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let broker = Broker::open(&fixture.broker).await;
    for queue in [QUEUE, "metrics-engine.events"] {
        broker.delete(queue).await;
    }
    let id = gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let flushed = tokio::time::timeout(SOON, gateway.publisher.flushed()).await;
    flushed.expect("confirmed in time");
    assert_eq!(hinted(&broker).await, [id]);
    assert_eq!(broker.depth("metrics-engine.events").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waiting_worker_survives_the_deletion_of_a_queue() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let worker = Arc::new(fixture.worker().await);
    let broker = Broker::open(&fixture.broker).await;
    // It subscribes to two queues from now on.
    let submit = async || {
        let submission = r#"{"type":"work","queue":"reports"}"#;
        gateway.jobs.submit(submission).await;
    };
    claim_during(&worker, 2, &broker, submit).await;
    let again = worker.clone();
    let claim = tokio::spawn(async move { again.claim(2).await });
    broker.wait_for_consumer("jobs.reports").await;
    broker.delete(QUEUE).await;
    // Declares the queue again so quickly that the broker may not notify the worker, which then finds the job by polling.
    gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let claimed = tokio::time::timeout(PATIENCE, claim).await;
    assert_eq!(claimed.expect("in time").expect("no panic").len(), 1);
    let submit = async || {
        gateway.jobs.submit(r#"{"type":"work"}"#).await;
    };
    assert_eq!(claim_during(&worker, 2, &broker, submit).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_worker_receives_hints_of_job_queues_that_it_does_not_know() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let broker = Broker::open(&fixture.broker).await;
    let submission = r#"{"type":"work","queue":"reports"}"#;
    // From the second job on, the publisher sends hints to the work queue of that job queue.
    for _ in 0..2 {
        gateway.jobs.submit(submission).await;
    }
    gateway.publisher.flushed().await;
    gateway.jobs.claim(2).await;
    for queue in [QUEUE, "jobs.reports"] {
        broker.purge(queue).await;
    }
    let worker = Arc::new(fixture.worker().await);
    let submit = async || {
        gateway.jobs.submit(submission).await;
    };
    let waking = claim_during(&worker, 2, &broker, submit);
    let claimed = tokio::time::timeout(Duration::from_secs(2), waking).await;
    assert_eq!(claimed.expect("within two seconds").len(), 1);
    assert_eq!(broker.depth("jobs.reports").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_does_not_subscribe_to_queues_of_job_types_that_it_does_not_claim() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let worker = fixture.worker().await;
    let broker = Broker::open(&fixture.broker).await;
    let mut request = worker.jobs.request(1);
    request.types = Some(Arc::from(["other".parse().expect("legal")]));
    request.wait = Duration::from_secs(60);
    let claim = tokio::spawn(async move { worker.jobs.work.claim(request).await });
    broker.wait_for_consumer(QUEUE).await;
    let submission = r#"{"type":"work","queue":"reports"}"#;
    for _ in 0..4 {
        gateway.jobs.submit(submission).await;
        // The queue exists now, and a worker that subscribes would have done so.
        gateway.publisher.flushed().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        broker.wait_for_no_consumer("jobs.reports").await;
    }
    assert!(!claim.is_finished());
}
