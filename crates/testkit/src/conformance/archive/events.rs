use odd_contracts::EventType;
use odd_core::JobEvent;
use odd_core::ports::{EventQuery, LogEntry, LogRecord};

use super::ArchiveFixture;
use crate::conformance::Check;
use crate::conformance::views::recorded::two_days;

pub(super) const CHECKS: &[Check<ArchiveFixture>] = &[
    Check::new(
        "archived events are listed newest first, without gap or repeat",
        |f| Box::pin(pages(f)),
    ),
    Check::new(
        "archived events are found by what a log finds them by",
        |f| Box::pin(filters(f)),
    ),
];

fn limited(limit: usize) -> EventQuery {
    EventQuery {
        limit,
        ..EventQuery::default()
    }
}

/// Reads all pages of a query.
async fn found(f: &ArchiveFixture, mut query: EventQuery) -> Vec<LogRecord> {
    let mut found = Vec::new();
    for _ in 0..1_000 {
        let (page, next) = f.archive.events(query.clone()).await.expect("reads");
        assert!(page.len() <= query.limit);
        assert!(next.is_none() || page.len() == query.limit);
        found.extend(page);
        if next.is_none() {
            return found;
        }
        query.before = next;
    }
    panic!("the listing has no end");
}

/// Returns the recorded events for which `matches` returns `true`, newest first.
async fn expected(matches: impl Fn(&JobEvent) -> bool) -> Vec<LogRecord> {
    let mut entries = two_days().await;
    entries.reverse();
    entries.retain(|recorded| match &recorded.entry {
        LogEntry::Event(event) => matches(event),
        LogEntry::Pruned { .. } => false,
    });
    assert!(!entries.is_empty());
    entries
}

async fn pages(f: ArchiveFixture) {
    f.archive.apply(two_days().await).await.expect("keeps");
    let all = expected(|_| true).await;
    for limit in [50, 97, all.len(), all.len() + 1] {
        assert_eq!(found(&f, limited(limit)).await, all);
    }
}

async fn filters(f: ArchiveFixture) {
    f.archive.apply(two_days().await).await.expect("keeps");
    let some = expected(|event| event.change.event_type() == EventType::Requeued).await;
    let LogEntry::Event(some) = &some[some.len() / 2].entry else {
        panic!("nothing was pruned");
    };
    let (job_id, since) = (some.job_id, some.occurred_at);
    let by_job = EventQuery {
        job_id: Some(job_id),
        ..limited(2)
    };
    let all = expected(|event| event.job_id == job_id).await;
    assert_eq!(found(&f, by_job.clone()).await, all);
    let by_time = EventQuery {
        since: Some(since),
        ..limited(100)
    };
    let all = expected(|event| event.occurred_at >= since).await;
    assert_eq!(found(&f, by_time).await, all);
    for kind in [EventType::Created, EventType::Requeued, EventType::Failed] {
        let by_type = EventQuery {
            event_type: Some(kind),
            ..limited(20)
        };
        let all = expected(|event| event.change.event_type() == kind).await;
        assert_eq!(found(&f, by_type).await, all);
    }
    let together = EventQuery {
        event_type: Some(EventType::Requeued),
        since: Some(since),
        ..by_job
    };
    let all = expected(|event| {
        event.job_id == job_id
            && event.occurred_at >= since
            && event.change.event_type() == EventType::Requeued
    });
    assert_eq!(found(&f, together).await, all.await);
}
