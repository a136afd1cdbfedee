use futures_util::FutureExt;
use odd_core::ports::{EventStream, LogRecord, Position};

use super::BusFixture;
use crate::conformance::Check;
use crate::conformance::scenario::run_one_of_each_event;

pub(super) const CHECKS: &[Check<BusFixture>] = &[
    Check::new("a follower from the start sees the whole log", |f| {
        Box::pin(from_the_start(f))
    }),
    Check::new("a follower from any position sees all later entries", |f| {
        Box::pin(from_anywhere(f))
    }),
    Check::new("a follower sees entries appended while it follows", |f| {
        Box::pin(live(f))
    }),
    Check::new("a follower continues from the log to live events", |f| {
        Box::pin(across(f))
    }),
    Check::new("many followers each see everything", |f| Box::pin(many(f))),
    Check::new("a dropped wait loses nothing", |f| {
        Box::pin(dropped_wait(f))
    }),
    Check::new("a follower waits while there is no event", |f| {
        Box::pin(quiet(f))
    }),
];

/// Follows until `last` was received.
async fn up_to(stream: &mut dyn EventStream, last: Position) -> Vec<LogRecord> {
    let mut seen: Vec<LogRecord> = Vec::new();
    while seen.last().is_none_or(|recorded| recorded.position < last) {
        let next = stream.next().await.expect("the bus is open");
        assert!(!next.is_empty());
        seen.extend(next);
    }
    seen
}

async fn head(f: &BusFixture) -> Position {
    f.store.log.head().await.expect("reads")
}

async fn log_after(f: &BusFixture, after: Position) -> Vec<LogRecord> {
    f.store.log.read_after(after, 100_000).await.expect("reads")
}

async fn from_the_start(f: BusFixture) {
    run_one_of_each_event(&f.store).await;
    let mut stream = f.bus.subscribe(Position(0)).await.expect("subscribes");
    let seen = up_to(&mut *stream, head(&f).await).await;
    assert_eq!(seen, log_after(&f, Position(0)).await);
}

async fn from_anywhere(f: BusFixture) {
    run_one_of_each_event(&f.store).await;
    let all = log_after(&f, Position(0)).await;
    let last = head(&f).await;
    for index in (0..all.len() - 1).step_by(5) {
        let mut stream = f
            .bus
            .subscribe(all[index].position)
            .await
            .expect("subscribes");
        assert_eq!(up_to(&mut *stream, last).await, all[index + 1..]);
    }
}

async fn live(f: BusFixture) {
    let mut stream = f.bus.subscribe(Position(0)).await.expect("subscribes");
    for _ in 0..50 {
        let before = head(&f).await;
        // The follower waits before the submission starts.
        let (next, _) = futures_util::join!(stream.next(), f.store.submit(r#"{"type":"work"}"#));
        let next = next.expect("the bus is open");
        assert_eq!(next, log_after(&f, before).await);
    }
}

async fn across(f: BusFixture) {
    run_one_of_each_event(&f.store).await;
    let mut stream = f.bus.subscribe(Position(0)).await.expect("subscribes");
    let mut seen = stream.next().await.expect("the bus is open");
    let submissions = async {
        for _ in 0..100 {
            f.store.submit(r#"{"type":"work"}"#).await;
        }
        head(&f).await
    };
    let following = async {
        let mut more = Vec::new();
        while more.len() < 100 {
            more.extend(stream.next().await.expect("the bus is open"));
        }
        more
    };
    let (last, more) = futures_util::join!(submissions, following);
    seen.extend(more);
    if seen.last().is_some_and(|recorded| recorded.position < last) {
        seen.extend(up_to(&mut *stream, last).await);
    }
    assert_eq!(seen, log_after(&f, Position(0)).await);
}

async fn many(f: BusFixture) {
    let mut followers = Vec::new();
    for _ in 0..20 {
        followers.push(f.bus.subscribe(Position(0)).await.expect("subscribes"));
    }
    run_one_of_each_event(&f.store).await;
    let (last, all) = (head(&f).await, log_after(&f, Position(0)).await);
    let all_see = followers
        .iter_mut()
        .map(|stream| up_to(&mut **stream, last));
    for seen in futures_util::future::join_all(all_see).await {
        assert_eq!(seen, all);
    }
}

async fn dropped_wait(f: BusFixture) {
    let mut stream = f.bus.subscribe(Position(0)).await.expect("subscribes");
    let mut seen = Vec::new();
    for _ in 0..100 {
        // Polled once and dropped, before and after an entry is available.
        if let Some(next) = stream.next().now_or_never() {
            seen.extend(next.expect("the bus is open"));
        }
        f.store.submit(r#"{"type":"work"}"#).await;
        if let Some(next) = stream.next().now_or_never() {
            seen.extend(next.expect("the bus is open"));
        }
    }
    let last = head(&f).await;
    if seen
        .last()
        .is_none_or(|recorded: &LogRecord| recorded.position < last)
    {
        seen.extend(up_to(&mut *stream, last).await);
    }
    assert_eq!(seen, log_after(&f, Position(0)).await);
}

async fn quiet(f: BusFixture) {
    run_one_of_each_event(&f.store).await;
    let last = head(&f).await;
    let mut stream = f.bus.subscribe(last).await.expect("subscribes");
    let patience = std::time::Duration::from_millis(50);
    assert!(tokio::time::timeout(patience, stream.next()).await.is_err());
    f.store.submit(r#"{"type":"work"}"#).await;
    assert_eq!(
        stream.next().await.expect("open"),
        log_after(&f, last).await
    );
}
