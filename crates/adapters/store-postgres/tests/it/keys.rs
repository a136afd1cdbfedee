use std::sync::Arc;

use odd_core::ports::JobStore;
use odd_core::{Fingerprint, NewJob, SystemClock};
use odd_testkit::build::new_job;
use odd_testkit::postgres_store_with;

use crate::nobody::Nobody;

/// More than the server has locks for.
const MANY: usize = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submission_may_have_more_keys_than_the_server_has_locks() {
    let store = postgres_store_with(Arc::new(SystemClock), Arc::new(Nobody)).await;
    let job = |number: usize| NewJob {
        idempotency_key: Some(format!("key-{number}")),
        fingerprint: Some(Fingerprint([0; 32])),
        unique_key: Some(format!("unique-{number}")),
        ..new_job(r#"{"type":"work"}"#)
    };
    let jobs: Vec<NewJob> = (0..MANY).map(job).collect();
    let answers = store.submit(jobs.into()).await.expect("accepted");
    assert_eq!(answers.len(), MANY);
}
