use std::sync::Arc;

use odd_core::ports::JobCommands;
use odd_core::{Fingerprint, NewJob};
use odd_testkit::build::new_job;
use odd_testkit::{ManualClock, postgres_database, postgres_store_at, postgres_store_with};

use crate::null_sink::NullSink;

/// More keys than the server has locks.
const MANY: usize = 10_000;

/// Number of keys that two submissions compete for, one after another.
const KEYS: usize = 100;

/// Returns a job with an idempotency key and, if given, a unique key. `body` determines its fingerprint.
pub(crate) fn keyed(key: &str, unique_key: Option<&str>, body: u8) -> NewJob {
    NewJob {
        idempotency_key: Some(key.to_owned()),
        fingerprint: Some(Fingerprint([body; 32])),
        unique_key: unique_key.map(str::to_owned),
        ..new_job(r#"{"type":"work"}"#)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submission_may_have_more_keys_than_the_server_has_locks() {
    let store = postgres_store_with(Arc::new(ManualClock::default()), Arc::new(NullSink)).await;
    let job = |number: usize| {
        let unique_key = format!("unique-{number}");
        keyed(&format!("key-{number}"), Some(&unique_key), 0)
    };
    let jobs: Vec<NewJob> = (0..MANY).map(job).collect();
    let answers = store.submit(jobs.into()).await.expect("accepted");
    assert_eq!(answers.len(), MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_conflicting_submissions_at_two_gateways_is_refused() {
    let (url, clock) = (postgres_database().await, Arc::new(ManualClock::default()));
    let first = postgres_store_at(url.clone(), clock.clone(), Arc::new(NullSink)).await;
    let second = postgres_store_at(url, clock, Arc::new(NullSink)).await;
    let existing = keyed("existing", Some("unique"), 0);
    first.submit([existing].into()).await.expect("accepted");
    for number in 0..KEYS {
        let key = format!("key-{number}");
        // The first is answered with the existing job, the second would be a new job.
        let shared = first.submit([keyed(&key, Some("unique"), 1)].into());
        let new = second.submit([keyed(&key, None, 2)].into());
        let (shared, new) = tokio::join!(shared, new);
        assert!(shared.is_ok() != new.is_ok(), "{key}: {shared:?}, {new:?}");
    }
}
