use odd_core::ports::{Position, ViewSnapshot};

use super::ViewsFixture;
use super::recorded::two_days;
use crate::conformance::Check;

pub(super) const CHECKS: &[Check<ViewsFixture>] = &[
    Check::new("new views are empty", |f| Box::pin(new_views(f))),
    Check::new("views have the position of the last applied entry", |f| {
        Box::pin(position(f))
    }),
    Check::new("entries are applied once, regardless of duplicates", |f| {
        Box::pin(once(f))
    }),
    Check::new("the size of the chunks makes no difference", |f| {
        Box::pin(steps(f))
    }),
    Check::new("concurrent duplicates are applied once", |f| {
        Box::pin(concurrent(f))
    }),
];

async fn new_views(f: ViewsFixture) {
    assert_eq!(f.views.position().await.expect("reads"), Position(0));
    assert_eq!(
        f.views.snapshot().await.expect("reads"),
        ViewSnapshot::default()
    );
    f.views.apply(Vec::new()).await.expect("folds");
    assert_eq!(f.views.position().await.expect("reads"), Position(0));
}

async fn position(f: ViewsFixture) {
    for chunk in two_days().await.chunks(100) {
        f.views.apply(chunk.to_vec()).await.expect("folds");
        let last = chunk.last().expect("not empty").position;
        assert_eq!(f.views.position().await.expect("reads"), last);
        assert_eq!(f.views.snapshot().await.expect("reads").position, last);
    }
}

async fn once(f: ViewsFixture) {
    let entries = two_days().await;
    f.views.apply(entries.clone()).await.expect("folds");
    let before = (
        f.views.snapshot().await.expect("reads"),
        f.views.digest().await.expect("reads"),
    );
    let (first, last) = (
        entries[..10].to_vec(),
        entries[entries.len() - 1..].to_vec(),
    );
    for repeat in [entries, first, last] {
        f.views.apply(repeat).await.expect("folds");
        let after = (
            f.views.snapshot().await.expect("reads"),
            f.views.digest().await.expect("reads"),
        );
        assert_eq!(after, before);
    }
}

async fn steps(f: ViewsFixture) {
    let entries = two_days().await;
    // In chunks that overlap by a third.
    for start in (0..entries.len()).step_by(20) {
        let end = entries.len().min(start + 30);
        f.views
            .apply(entries[start..end].to_vec())
            .await
            .expect("folds");
    }
    let mut whole = odd_core::Aggregates::default();
    entries
        .iter()
        .for_each(|recorded| whole.fold(&recorded.entry));
    let snapshot = f.views.snapshot().await.expect("reads");
    assert_eq!(snapshot.last_event_at, whole.last_event_at);
    let counts = whole.counts.into_iter().filter(|(_, count)| *count != 0);
    let counts = counts.map(|(key, count)| (key, u64::try_from(count).expect("not negative")));
    assert!(snapshot.counts.into_iter().eq(counts));
}

async fn concurrent(f: ViewsFixture) {
    let entries = two_days().await;
    let applied = (0..4).map(|_| f.views.apply(entries.clone()));
    for applied in futures_util::future::join_all(applied).await {
        applied.expect("folds");
    }
    let snapshot = f.views.snapshot().await.expect("reads");
    let total: u64 = snapshot.counts.values().sum();
    let created = entries.iter().filter(|recorded| match &recorded.entry {
        odd_core::ports::LogEntry::Event(event) => event.version == 1,
        odd_core::ports::LogEntry::Pruned { .. } => false,
    });
    assert_eq!(total, created.count() as u64);
}
