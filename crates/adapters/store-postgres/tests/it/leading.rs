use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{JobCommands as _, Leadership as _};
use odd_testkit::{ManualClock, postgres_database, postgres_store_at};

use crate::keys::keyed;
use crate::nobody::Nobody;

/// Longer than a candidate waits before it asks again.
const LIMIT: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_does_not_ask_to_lead_keeps_nobody_from_it() {
    let (url, clock) = (postgres_database().await, Arc::new(ManualClock::default()));
    let first = postgres_store_at(url.clone(), clock.clone(), Arc::new(Nobody)).await;
    // If it stood for election by itself, it would lead by now.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let second = postgres_store_at(url, clock, Arc::new(Nobody)).await;
    tokio::time::timeout(LIMIT, second.wait_for_leadership())
        .await
        .expect("the office is free")
        .expect("the store is open");
    drop(first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leads_is_in_nobodys_way() {
    let (url, clock) = (postgres_database().await, Arc::new(ManualClock::default()));
    let leader = postgres_store_at(url.clone(), clock.clone(), Arc::new(Nobody)).await;
    leader
        .wait_for_leadership()
        .await
        .expect("the store is open");
    let other = postgres_store_at(url, clock, Arc::new(Nobody)).await;
    let job = keyed("key", Some("unique"), 0);
    for store in [&leader, &other] {
        let answers = store.submit([job.clone()].into()).await;
        assert_eq!(answers.expect("accepted")[0].id, job.id);
    }
}
