use odd_core::ports::LogEntry;
use odd_core::{Aggregates, FailureGroups, FailureTally, JobTally, MAX_KINDS_PER_SLICE};

use super::ViewsFixture;
use super::recorded::{two_days, two_days_with_pruning};
use crate::conformance::store_fixture::failed;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<ViewsFixture>] = &[
    Check::new("new views have no failures", |f| Box::pin(empty(f))),
    Check::new(
        "failures are grouped, regardless of chunks and duplicates",
        |f| Box::pin(grouped(f)),
    ),
    Check::new("an hour records a bounded number of kinds", |f| {
        Box::pin(bounded(f))
    }),
    Check::new("jobs are tallied without pruned ones", |f| {
        Box::pin(tallied(f))
    }),
];

async fn empty(f: ViewsFixture) {
    let failures = f.views.failures().await.expect("reads");
    assert_eq!(failures, FailureGroups::default());
}

async fn grouped(f: ViewsFixture) {
    let entries = two_days().await;
    // In chunks that overlap by a third.
    for start in (0..entries.len()).step_by(20) {
        let end = entries.len().min(start + 30);
        let chunk = entries[start..end].to_vec();
        f.views.apply(chunk).await.expect("folds");
    }
    let recorded = entries.iter().filter_map(|record| match &record.entry {
        LogEntry::Event(event) => FailureTally::of(event),
        LogEntry::Pruned { .. } => None,
    });
    let failures = f.views.failures().await.expect("reads");
    let occurrences = failures.groups.iter().map(|group| group.occurrences);
    assert_eq!(occurrences.sum::<u64>(), recorded.count() as u64);
    let mut whole = Aggregates::default();
    entries.iter().for_each(|record| whole.fold(&record.entry));
    assert_eq!(failures, FailureGroups::of(whole.failures.into_values()));
    assert!(failures.groups.len() > 1, "{failures:?}");
    assert_eq!(failures.unlisted, 0);
}

async fn bounded(f: ViewsFixture) {
    let store = StoreFixture::embedded();
    // Names of letters only, because digits do not distinguish kinds.
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).expect("a letter"));
    let kinds = MAX_KINDS_PER_SLICE + 3;
    for n in 0..kinds {
        store.submit(r#"{"type":"work","maxAttempts":1}"#).await;
        let lease = store.claim_one().await.lease;
        let message = format!("no {}{}x", letter(n), letter(n / 26));
        let ended = store.finish(lease, failed(&message)).await;
        ended.expect("a valid lease");
    }
    let entries = store.log.read_after(Default::default(), 10_000).await;
    for chunk in entries.expect("reads").chunks(7) {
        f.views.apply(chunk.to_vec()).await.expect("folds");
    }
    let failures = f.views.failures().await.expect("reads");
    assert_eq!(failures.groups.len(), MAX_KINDS_PER_SLICE);
    assert_eq!(failures.unlisted, 3);
}

async fn tallied(f: ViewsFixture) {
    let (live, replayed) = two_days_with_pruning().await;
    f.views.apply(live).await.expect("folds");
    let snapshot = f.views.snapshot().await.expect("reads");
    let mut expected = Aggregates::default();
    replayed
        .iter()
        .for_each(|record| expected.fold(&record.entry));
    assert_eq!(snapshot.tally, expected.tally);
    let counts = snapshot.counts.iter();
    let finished = counts.filter(|(key, _)| key.status.is_terminal());
    let counted = JobTally {
        created: i64::try_from(snapshot.counts.values().sum::<u64>()).expect("few"),
        finished: i64::try_from(finished.map(|(_, count)| count).sum::<u64>()).expect("few"),
    };
    assert_eq!(snapshot.tally, counted);
}
