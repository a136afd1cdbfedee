use odd_contracts::Timestamp;
use odd_core::ports::{LogRecord, TimeRange};
use odd_core::{Aggregates, Bucket};

use super::ViewsFixture;
use super::recorded::two_days;
use crate::conformance::Check;

pub(super) const CHECKS: &[Check<ViewsFixture>] = &[
    Check::new("buckets contain the events of their ten seconds", |f| {
        Box::pin(content(f))
    }),
    Check::new("buckets are kept for a day", |f| Box::pin(kept(f))),
    Check::new("a range includes the buckets that start in it", |f| {
        Box::pin(ranges(f))
    }),
];

const ALWAYS: TimeRange = TimeRange {
    from: Timestamp::from_micros(0),
    to: Timestamp::from_micros(i64::MAX),
};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Returns the buckets of the last day before the newest entry, oldest first.
fn expected(entries: &[LogRecord]) -> Vec<Bucket> {
    let mut whole = Aggregates::default();
    entries
        .iter()
        .for_each(|recorded| whole.fold(&recorded.entry));
    let newest = whole.last_event_at.expect("not empty");
    let mut buckets: Vec<Bucket> = whole.buckets.into_values().collect();
    buckets.retain(|bucket| bucket.key.start >= newest.minus_millis(DAY_MS));
    buckets
}

async fn content(f: ViewsFixture) {
    let entries = two_days().await;
    let first_day = &entries[..entries.len() / 3];
    for chunk in first_day.chunks(7) {
        f.views.apply(chunk.to_vec()).await.expect("folds");
    }
    let expected = expected(first_day);
    assert!(expected.len() > 4, "{} buckets", expected.len());
    assert!(
        expected
            .iter()
            .any(|bucket| bucket.wait.count() > 1 && bucket.run.count() > 1)
    );
    let flows = expected.iter().flat_map(|bucket| bucket.queues.iter());
    assert!(
        flows
            .into_iter()
            .any(|(_, flow)| flow.submitted > 0 && flow.finished > 0)
    );
    assert_eq!(f.views.buckets(ALWAYS).await.expect("reads"), expected);
}

async fn kept(f: ViewsFixture) {
    let entries = two_days().await;
    for chunk in entries.chunks(50) {
        f.views.apply(chunk.to_vec()).await.expect("folds");
    }
    let kept = f.views.buckets(ALWAYS).await.expect("reads");
    assert_eq!(kept, expected(&entries));
    let mut whole = Aggregates::default();
    entries
        .iter()
        .for_each(|recorded| whole.fold(&recorded.entry));
    assert!(
        kept.len() < whole.buckets.len(),
        "buckets of the first day have expired"
    );
}

async fn ranges(f: ViewsFixture) {
    let entries = two_days().await;
    f.views.apply(entries.clone()).await.expect("folds");
    let all = expected(&entries);
    let middle = all[all.len() / 2].key.start;
    let at = |from, to| f.views.buckets(TimeRange { from, to });
    let before = at(Timestamp::from_micros(0), middle).await.expect("reads");
    let after = at(middle, Timestamp::from_micros(i64::MAX))
        .await
        .expect("reads");
    assert!(before.iter().all(|bucket| bucket.key.start < middle));
    assert!(after.iter().all(|bucket| bucket.key.start >= middle));
    assert_eq!([before, after].concat(), all);
    assert!(at(middle, middle).await.expect("reads").is_empty());
}
