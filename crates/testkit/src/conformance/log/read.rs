use std::sync::{Arc, Mutex};

use odd_core::ports::{LogEntry, LogRecord, Position};

use crate::conformance::scenario::{everything, run_one_of_each_event};
use crate::conformance::{Check, StoreFixture};
use crate::event_schema::assert_follows_schema;

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("an empty log has nothing to read", |f| Box::pin(empty(f))),
    Check::new("positions and times only grow", |f| Box::pin(growing(f))),
    Check::new("reading in steps of any size misses nothing", |f| {
        Box::pin(steps(f))
    }),
    Check::new("the head is the position of the newest entry", |f| {
        Box::pin(head(f))
    }),
    Check::new("a replay equals reading from the start", |f| {
        Box::pin(replay(f))
    }),
    Check::new("every event conforms to its contract", |f| {
        Box::pin(contract(f))
    }),
];

async fn empty(f: StoreFixture) {
    let head = f.log.head().await.expect("reads");
    assert!(
        f.log
            .read_after(Position(0), 10)
            .await
            .expect("reads")
            .is_empty()
    );
    assert!(f.log.read_after(head, 10).await.expect("reads").is_empty());
    let replayed = f
        .log
        .replay(Box::new(|chunk| assert!(chunk.is_empty())))
        .await;
    assert_eq!(replayed.expect("replays"), head);
}

async fn growing(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    let entries = everything(&f).await;
    assert!(
        entries.len() > 40,
        "the scenario has {} entries",
        entries.len()
    );
    assert!(entries.is_sorted_by(|a, b| a.position < b.position));
    let times = entries.iter().map(|recorded| match &recorded.entry {
        LogEntry::Event(event) => event.occurred_at,
        LogEntry::Pruned { .. } => panic!("nothing was pruned"),
    });
    assert!(times.is_sorted());
}

async fn steps(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    let entries = everything(&f).await;
    for step in [1, 7, entries.len()] {
        let mut read: Vec<LogRecord> = Vec::new();
        loop {
            let last = read
                .last()
                .map_or(Position(0), |recorded| recorded.position);
            let chunk = f.log.read_after(last, step).await.expect("reads");
            if chunk.is_empty() {
                break;
            }
            assert!(chunk.len() <= step);
            read.extend(chunk);
        }
        assert_eq!(read, entries);
    }
    let head = f.log.head().await.expect("reads");
    let beyond = Position(head.0 + 1_000);
    assert!(
        f.log
            .read_after(beyond, 10)
            .await
            .expect("reads")
            .is_empty()
    );
}

async fn head(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    let newest = everything(&f).await.pop().expect("not empty");
    assert_eq!(f.log.head().await.expect("reads"), newest.position);
}

async fn replay(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    let replayed: Arc<Mutex<Vec<LogRecord>>> = Arc::default();
    let collect = replayed.clone();
    let each = move |chunk| collect.lock().expect("not poisoned").extend(chunk);
    let head = f.log.replay(Box::new(each)).await.expect("replays");
    assert_eq!(head, f.log.head().await.expect("reads"));
    let expected = everything(&f).await;
    assert_eq!(*replayed.lock().expect("not poisoned"), expected);
}

async fn contract(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    for recorded in everything(&f).await {
        let LogEntry::Event(event) = recorded.entry else {
            panic!("nothing was pruned");
        };
        assert_follows_schema(&event);
    }
}
