use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::Outbox;
use odd_testkit::{ManualClock, postgres_fixture_of, postgres_store_with};

use crate::null_sink::NullSink;

#[tokio::test]
async fn backlog_is_what_was_not_published() {
    let clock = Arc::new(ManualClock::default());
    let store = postgres_store_with(clock.clone(), Arc::new(NullSink)).await;
    let fixture = postgres_fixture_of(&store, clock);
    let backlog = async || {
        let events = store.count_events().await.expect("reads");
        (events, store.oldest_commit().await.expect("reads"))
    };
    assert_eq!(backlog().await, (0, None));
    fixture.submit_batch(3).await;
    fixture.submit_batch(2).await;
    let (events, first_at) = backlog().await;
    assert_eq!(events, 5);
    let commits = store.unpublished(Duration::ZERO, 10).await.expect("reads");
    let [(first, _), (second, _)] = commits[..] else {
        panic!("two commits, not {}", commits.len());
    };
    store.mark_published(&[first]).await.expect("writes");
    let (events, second_at) = backlog().await;
    assert_eq!(events, 2);
    assert!(second_at > first_at && first_at.is_some());
    store.mark_published(&[second]).await.expect("writes");
    assert_eq!(backlog().await, (0, None));
}
