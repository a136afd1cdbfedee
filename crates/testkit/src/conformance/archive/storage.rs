use futures_util::future::join_all;
use odd_core::ports::{EventQuery, LogEntry, LogRecord, Position, StoreError};

use super::ArchiveFixture;
use crate::conformance::Check;
use crate::conformance::views::recorded::{two_days, two_days_with_pruning};

/// How often a follower may have to restart from the archive's position.
const RESTARTS: usize = 20;

pub(super) const CHECKS: &[Check<ArchiveFixture>] = &[
    Check::new("a new archive is empty", |f| {
        Box::pin(new_archive_is_empty(f))
    }),
    Check::new(
        "an archive has the position up to which it is complete",
        |f| Box::pin(position(f)),
    ),
    Check::new("entries are kept once, regardless of duplicates", |f| {
        Box::pin(once(f))
    }),
    Check::new("the order of arrival makes no difference", |f| {
        Box::pin(any_order(f))
    }),
    Check::new("concurrent followers keep each entry once", |f| {
        Box::pin(concurrent(f))
    }),
    Check::new("pruned jobs stay in the archive", |f| Box::pin(pruned(f))),
];

/// Returns all archived events, oldest first.
async fn kept(f: &ArchiveFixture) -> Vec<LogRecord> {
    let everything = EventQuery {
        limit: 1_000_000,
        ..EventQuery::default()
    };
    let (mut events, next) = f.archive.events(everything).await.expect("reads");
    assert_eq!(next, None);
    events.reverse();
    events
}

async fn new_archive_is_empty(f: ArchiveFixture) {
    f.archive.ping().await.expect("answers");
    assert_eq!(f.archive.position().await.expect("reads"), Position(0));
    assert!(kept(&f).await.is_empty());
    f.archive.apply(Vec::new()).await.expect("keeps");
    assert_eq!(f.archive.position().await.expect("reads"), Position(0));
}

async fn position(f: ArchiveFixture) {
    for chunk in two_days().await.chunks(150) {
        f.archive.apply(chunk.to_vec()).await.expect("keeps");
        let last = chunk.last().expect("not empty").position;
        assert_eq!(f.archive.position().await.expect("reads"), last);
    }
    assert_eq!(kept(&f).await, two_days().await);
}

async fn once(f: ArchiveFixture) {
    let entries = two_days().await;
    f.archive.apply(entries.clone()).await.expect("keeps");
    let digest = f.archive.digest().await.expect("reads");
    let repeats = [
        entries.clone(),
        entries[..10].to_vec(),
        entries[100..].to_vec(),
    ];
    for repeat in repeats {
        f.archive.apply(repeat).await.expect("keeps");
    }
    assert_eq!(f.archive.digest().await.expect("reads"), digest);
    assert_eq!(kept(&f).await, entries);
}

async fn any_order(f: ArchiveFixture) {
    let entries = two_days().await;
    // Every seventh entry first, newest first, in small groups; then the rest.
    let of = |is_included: fn(usize) -> bool| -> Vec<LogRecord> {
        let indexed = entries.iter().enumerate().rev();
        indexed
            .filter(|(index, _)| is_included(*index))
            .map(|(_, entry)| entry.clone())
            .collect()
    };
    for group in [of(|index| index % 7 == 0), of(|index| index % 7 != 0)] {
        for chunk in group.chunks(90) {
            f.archive.apply(chunk.to_vec()).await.expect("keeps");
        }
    }
    assert_eq!(kept(&f).await, entries);
    let in_any_order = f.archive.digest().await.expect("reads");
    f.archive.apply(entries).await.expect("keeps");
    assert_eq!(f.archive.digest().await.expect("reads"), in_any_order);
}

async fn concurrent(f: ArchiveFixture) {
    let entries = two_days().await;
    let followers = (0..3).map(|n| {
        let (f, entries) = (&f, &entries);
        async move {
            follow(f, entries, 60 + n * 35).await;
        }
    });
    join_all(followers).await;
    assert_eq!(kept(&f).await, entries);
}

/// Applies all entries in groups like a follower, which continues from the archive's position if that moved back. A
/// server without atomic updates may lose one of two concurrent updates of the position.
async fn follow(f: &ArchiveFixture, entries: &[LogRecord], size: usize) {
    let mut done = 0;
    for _ in 0..RESTARTS {
        let rest = entries.iter().position(|entry| entry.position.0 > done);
        let rest = &entries[rest.unwrap_or(entries.len())..];
        let mut outcome = Ok(());
        for chunk in rest.chunks(size) {
            outcome = f.archive.apply(chunk.to_vec()).await;
            if outcome.is_err() {
                break;
            }
        }
        match outcome {
            Ok(()) => return,
            Err(StoreError::Unavailable(_)) => {
                done = f.archive.position().await.expect("reads").0;
            }
            Err(error) => panic!("the archive does not keep entries: {error}"),
        }
    }
    panic!("the archive went back {RESTARTS} times");
}

async fn pruned(f: ArchiveFixture) {
    let (entries, _) = two_days_with_pruning().await;
    f.archive.apply(entries.clone()).await.expect("keeps");
    let newest = entries.last().expect("not empty").position;
    assert_eq!(f.archive.position().await.expect("reads"), newest);
    let events = entries.into_iter();
    let events = events.filter(|entry| matches!(entry.entry, LogEntry::Event(_)));
    assert!(kept(&f).await.into_iter().eq(events));
}
