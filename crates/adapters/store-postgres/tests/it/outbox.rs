use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Outbox, OutboxBacklog};
use odd_testkit::{ManualClock, postgres_fixture_of, postgres_store_with};

use crate::null_sink::NullSink;

#[tokio::test]
async fn backlog_is_what_was_not_published() {
    let clock = Arc::new(ManualClock::default());
    let store = postgres_store_with(clock.clone(), Arc::new(NullSink)).await;
    let fixture = postgres_fixture_of(&store, clock);
    let empty = OutboxBacklog::default();
    assert_eq!(store.backlog().await.expect("reads"), empty);
    fixture.submit_batch(3).await;
    fixture.submit_batch(2).await;
    let both = store.backlog().await.expect("reads");
    assert_eq!(both.events, 5);
    let commits = store.unpublished(Duration::ZERO, 10).await.expect("reads");
    let [(first, _), (second, _)] = commits[..] else {
        panic!("two commits, not {}", commits.len());
    };
    store.mark_published(&[first]).await.expect("writes");
    let rest = store.backlog().await.expect("reads");
    assert_eq!(rest.events, 2);
    assert!(rest.oldest_at > both.oldest_at && both.oldest_at.is_some());
    store.mark_published(&[second]).await.expect("writes");
    assert_eq!(store.backlog().await.expect("reads"), empty);
}
