use futures_util::future::join_all;
use odd_contracts::{EventType, Progress};
use odd_core::JobEvent;
use odd_core::ports::{EventQuery, LogEntry, LogRecord};

use crate::conformance::scenario::{everything, run_one_of_each_event};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new(
        "pages show the newest events first, without gap or repeat",
        |f| Box::pin(pages(f)),
    ),
    Check::new("pages are stable while events are appended", |f| {
        Box::pin(growing(f))
    }),
    Check::new("events are found by job", |f| Box::pin(by_job(f))),
    Check::new("events are found by type", |f| Box::pin(by_type(f))),
    Check::new("events are found by time", |f| Box::pin(by_time(f))),
    Check::new("event filters are combined", |f| Box::pin(combined(f))),
    Check::new("a long history of one job is searched to its end", |f| {
        Box::pin(long_history(f))
    }),
];

fn limited(limit: usize) -> EventQuery {
    EventQuery {
        limit,
        ..EventQuery::default()
    }
}

/// Reads all pages of a query.
async fn found(f: &StoreFixture, mut query: EventQuery) -> Vec<LogRecord> {
    let mut found = Vec::new();
    for _ in 0..10_000 {
        let (page, next) = f.log.query(query.clone()).await.expect("reads");
        assert!(page.len() <= query.limit);
        found.extend(page);
        if next.is_none() {
            return found;
        }
        query.before = next;
    }
    panic!("the listing has no end");
}

/// Returns the entries of the log for which `matches` returns `true`, newest first.
async fn expected(f: &StoreFixture, matches: impl Fn(&JobEvent) -> bool) -> Vec<LogRecord> {
    let mut entries = everything(f).await;
    entries.reverse();
    entries.retain(|recorded| match &recorded.entry {
        LogEntry::Event(event) => matches(event),
        LogEntry::Pruned { .. } => false,
    });
    assert!(!entries.is_empty());
    entries
}

async fn pages(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    let all = expected(&f, |_| true).await;
    for limit in [1, 5, all.len(), all.len() + 1] {
        assert_eq!(found(&f, limited(limit)).await, all);
    }
}

async fn growing(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    let all = expected(&f, |_| true).await;
    let (mut listed, mut query) = (Vec::new(), limited(6));
    loop {
        let (page, next) = f.log.query(query.clone()).await.expect("reads");
        listed.extend(page);
        f.submit(r#"{"type":"late"}"#).await;
        query.before = next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(listed, all);
}

async fn by_job(f: StoreFixture) {
    for id in run_one_of_each_event(&f).await {
        let query = EventQuery {
            job_id: Some(id),
            ..limited(2)
        };
        assert_eq!(
            found(&f, query).await,
            expected(&f, |event| event.job_id == id).await
        );
    }
}

async fn by_type(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    for kind in EventType::ALL {
        let query = EventQuery {
            event_type: Some(kind),
            ..limited(2)
        };
        let all = expected(&f, |event| event.change.event_type() == kind).await;
        assert_eq!(found(&f, query).await, all);
    }
}

async fn by_time(f: StoreFixture) {
    run_one_of_each_event(&f).await;
    let LogEntry::Event(middle) = everything(&f).await[20].entry.clone() else {
        panic!("nothing was pruned");
    };
    let since = middle.occurred_at;
    let query = EventQuery {
        since: Some(since),
        ..limited(4)
    };
    assert_eq!(
        found(&f, query).await,
        expected(&f, |event| event.occurred_at >= since).await
    );
}

async fn combined(f: StoreFixture) {
    let ids = run_one_of_each_event(&f).await;
    let since = f.history(ids[0]).await[4].occurred_at;
    let query = EventQuery {
        job_id: Some(ids[0]),
        event_type: Some(EventType::Requeued),
        since: Some(since),
        ..limited(1)
    };
    let all = expected(&f, |event| {
        event.job_id == ids[0]
            && event.change.event_type() == EventType::Requeued
            && event.occurred_at >= since
    });
    assert_eq!(found(&f, query).await, all.await);
}

async fn long_history(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    // Not all at once: the last one would wait for a connection of the pool for too long.
    for _ in 0..22 {
        let updates = (0..50).map(|_| {
            let progress = Progress {
                fraction: 0.5,
                message: None,
            };
            f.work.record_progress(lease, progress)
        });
        for recorded in join_all(updates).await {
            recorded.expect("holds");
        }
    }
    for kind in [EventType::Created, EventType::Progressed, EventType::Failed] {
        let query = EventQuery {
            job_id: Some(id),
            event_type: Some(kind),
            ..limited(700)
        };
        let found = found(&f, query).await;
        let count = match kind {
            EventType::Created => 1,
            EventType::Progressed => 1_100,
            _ => 0,
        };
        assert_eq!(found.len(), count, "{kind:?}");
    }
}
