use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{JobCommands as _, Leadership as _};
use odd_testkit::{ManualClock, postgres_database, postgres_store_at};

use crate::keys::keyed;
use crate::null_sink::NullSink;

/// Longer than the interval at which a candidate polls.
const LIMIT: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn process_that_never_requests_leadership_does_not_keep_others_from_leading() {
    let (url, clock) = (postgres_database().await, Arc::new(ManualClock::default()));
    let first = postgres_store_at(url.clone(), clock.clone(), Arc::new(NullSink)).await;
    // Time enough for the first process to become the leader, if it campaigned without a request.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let second = postgres_store_at(url, clock, Arc::new(NullSink)).await;
    tokio::time::timeout(LIMIT, second.wait_for_leadership())
        .await
        .expect("no process leads")
        .expect("the store is open");
    drop(first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leader_does_not_block_submissions() {
    let (url, clock) = (postgres_database().await, Arc::new(ManualClock::default()));
    let leader = postgres_store_at(url.clone(), clock.clone(), Arc::new(NullSink)).await;
    leader
        .wait_for_leadership()
        .await
        .expect("the store is open");
    let other = postgres_store_at(url, clock, Arc::new(NullSink)).await;
    let job = keyed("key", Some("unique"), 0);
    for store in [&leader, &other] {
        let answers = store.submit([job.clone()].into()).await;
        assert_eq!(answers.expect("accepted")[0].id, job.id);
    }
}
