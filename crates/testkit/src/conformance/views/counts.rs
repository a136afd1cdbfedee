use odd_contracts::JobStatus;
use odd_core::ports::{Clock, LogEntry, LogRecord, Position};

use super::ViewsFixture;
use super::recorded::two_days_with_pruning;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<ViewsFixture>] = &[
    Check::new("counts follow every job from status to status", |f| {
        Box::pin(follow(f))
    }),
    Check::new("pruned jobs are no longer counted", |f| Box::pin(pruned(f))),
    Check::new("counts equal the existing jobs", |f| {
        Box::pin(with_pruning(f))
    }),
];

async fn follow(f: ViewsFixture) {
    let store = StoreFixture::embedded();
    let mut read_to = Position(0);
    let mut statuses = Vec::new();
    store
        .submit(r#"{"type":"work","queue":"q","delayMs":5}"#)
        .await;
    for step in 0..4 {
        match step {
            1 => {
                store.advance_ms(5);
                store.promote().await;
            }
            2 => drop(store.claim_one().await),
            3 => {
                store.advance_ms(60_000);
                store.expire().await.expect("expires");
            }
            _ => {}
        }
        let entries = store.log.read_after(read_to, 100).await.expect("reads");
        read_to = entries.last().expect("something happened").position;
        f.views.apply(entries).await.expect("folds");
        let snapshot = f.views.snapshot().await.expect("reads");
        assert_eq!(snapshot.last_event_at, Some(store.clock.now()));
        assert_eq!(snapshot.counts.len(), 1, "one job has one status");
        let (key, count) = snapshot.counts.into_iter().next().expect("one");
        assert_eq!(
            (key.job_type.as_str(), key.queue.as_str(), count),
            ("work", "q", 1)
        );
        statuses.push(key.status);
    }
    let expected = [
        JobStatus::Scheduled,
        JobStatus::Pending,
        JobStatus::Executing,
        JobStatus::Pending,
    ];
    assert_eq!(statuses, expected);
}

async fn pruned(f: ViewsFixture) {
    let (entries, _) = two_days_with_pruning().await;
    let is_pruned = |recorded: &&LogRecord| matches!(recorded.entry, LogEntry::Pruned { .. });
    let pruned: u64 = entries
        .iter()
        .filter_map(|recorded| match &recorded.entry {
            LogEntry::Pruned { count, .. } => Some(*count),
            LogEntry::Event(_) => None,
        })
        .sum();
    let before = entries.iter().take_while(|entry| !is_pruned(entry)).count();
    let pruning = entries[before..].iter().take_while(is_pruned).count();
    f.views
        .apply(entries[..before].to_vec())
        .await
        .expect("folds");
    let count = async || {
        f.views
            .snapshot()
            .await
            .expect("reads")
            .counts
            .values()
            .sum::<u64>()
    };
    let all = count().await;
    f.views
        .apply(entries[before..before + pruning].to_vec())
        .await
        .expect("folds");
    assert_eq!(count().await, all - pruned);
}

async fn with_pruning(f: ViewsFixture) {
    let (live, replayed) = two_days_with_pruning().await;
    f.views.apply(live).await.expect("folds");
    let mut expected = odd_core::Aggregates::default();
    replayed
        .iter()
        .for_each(|recorded| expected.fold(&recorded.entry));
    let counts = expected.counts.into_iter().filter(|(_, count)| *count != 0);
    let counts = counts.map(|(key, count)| (key, u64::try_from(count).expect("not negative")));
    let snapshot = f.views.snapshot().await.expect("reads");
    assert!(snapshot.counts.into_iter().eq(counts));
}
