use odd_contracts::{JobId, JobStatus, LogLine, LogStream};
use odd_core::ports::{Acceptance, Clock, JobQuery, LogEntry, Position};

use crate::build::new_job;
use crate::conformance::store_fixture::{failed, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("old finished jobs are deleted with their history", |f| {
        Box::pin(removed(f))
    }),
    Check::new("unfinished, young and dead-lettered jobs stay", |f| {
        Box::pin(kept(f))
    }),
    Check::new(
        "the log records how many jobs of each kind were deleted",
        |f| Box::pin(recorded(f)),
    ),
    Check::new("pruning respects its limit", |f| Box::pin(limited(f))),
    Check::new("dead letters do not block pruning", |f| {
        Box::pin(behind_dead_letters(f))
    }),
    Check::new("a job is deduplicated as long as it is kept", |f| {
        Box::pin(deduplicated(f))
    }),
    Check::new("positions continue after pruning", |f| {
        Box::pin(positions(f))
    }),
    Check::new("jobs are deleted regardless of their messages", |f| {
        Box::pin(any_message(f))
    }),
    Check::new("jobs that outlived younger ones are deleted later", |f| {
        Box::pin(late_finishers(f))
    }),
];

async fn completed(f: &StoreFixture, submission: &str) -> JobId {
    let id = f.submit(submission).await;
    let lease = f.claim_one().await.lease;
    let line = LogLine {
        at: f.clock.now(),
        stream: LogStream::Log,
        line: "done".into(),
    };
    f.work
        .append_log(lease, vec![line])
        .await
        .expect("a valid lease");
    f.finish(lease, succeeded()).await.expect("a valid lease");
    id
}

/// Prunes jobs that finished before now, in calls of `limit`, until several calls in a row find none.
async fn prune_all(f: &StoreFixture, limit: usize) -> usize {
    let (mut sum, mut empty_calls) = (0, 0);
    while empty_calls < 20 {
        let found = f.store.prune(f.clock.now(), limit).await.expect("prunes");
        assert!(found <= limit);
        empty_calls = if found == 0 { empty_calls + 1 } else { 0 };
        sum += found;
    }
    sum
}

async fn removed(f: StoreFixture) {
    let done = completed(&f, r#"{"type":"work","tags":["t"],"uniqueKey":"k"}"#).await;
    let cancelled = f.submit(r#"{"type":"work"}"#).await;
    f.store
        .cancel(cancelled, some_request())
        .await
        .expect("waits");
    let failed = f.failed_job().await;
    f.store
        .drop_dead_letter(failed)
        .await
        .expect("a dead letter");
    let finished_at = f.job(failed).await.finished_at.expect("finished");
    assert_eq!(
        f.store.prune(finished_at, 10).await.expect("prunes"),
        0,
        "not before"
    );
    f.advance_ms(1);
    assert_eq!(prune_all(&f, 10).await, 3);
    for id in [done, cancelled, failed] {
        assert!(f.reader.job(id).await.expect("reads").is_none());
        assert!(f.history(id).await.is_empty());
    }
    let tagged = JobQuery {
        tags: vec!["t".into()],
        limit: 10,
        ..JobQuery::default()
    };
    assert!(f.reader.jobs(tagged).await.expect("reads").jobs.is_empty());
    let entries = f.log.read_after(Position(0), 100).await.expect("reads");
    let is_event = |entry: &LogEntry| matches!(entry, LogEntry::Event(_));
    assert!(!entries.iter().any(|recorded| is_event(&recorded.entry)));
}

async fn kept(f: StoreFixture) {
    let dead_letter = f.failed_job().await;
    let retrying = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, failed("no")).await.expect("a valid lease");
    let executing = f.submit(r#"{"type":"work"}"#).await;
    f.claim_one().await;
    let retried = f.failed_job().await;
    f.store
        .retry(retried, some_request())
        .await
        .expect("failed");
    let scheduled = f.submit(r#"{"type":"work","delayMs":9000}"#).await;
    f.advance_ms(1_000);
    let horizon = f.clock.now();
    f.advance_ms(1_000);
    let young = f.submit(r#"{"type":"young"}"#).await;
    f.store.cancel(young, some_request()).await.expect("waits");
    for _ in 0..3 {
        assert_eq!(f.store.prune(horizon, 10).await.expect("prunes"), 0);
    }
    for id in [dead_letter, retrying, executing, retried, scheduled, young] {
        assert!(!f.history(id).await.is_empty());
        f.job(id).await;
    }
}

async fn recorded(f: StoreFixture) {
    for queue in ["a", "b", "a"] {
        completed(&f, &format!(r#"{{"type":"work","queue":"{queue}"}}"#)).await;
    }
    let cancelled = f.submit(r#"{"type":"other"}"#).await;
    f.store
        .cancel(cancelled, some_request())
        .await
        .expect("waits");
    let head = f.log.head().await.expect("reads");
    f.advance_ms(1);
    prune_all(&f, 10).await;
    let mut pruned = Vec::new();
    for record in f.log.read_after(head, 100).await.expect("reads") {
        let LogEntry::Pruned {
            job_type,
            queue,
            status,
            count,
            ..
        } = record.entry
        else {
            panic!("pruning emits nothing else");
        };
        pruned.push((job_type.to_string(), queue.to_string(), status, count));
    }
    pruned.sort();
    let entry = |name: &str, queue: &str, status, count| (name.into(), queue.into(), status, count);
    let expected = [
        entry("other", "default", JobStatus::Cancelled, 1),
        entry("work", "a", JobStatus::Completed, 2),
        entry("work", "b", JobStatus::Completed, 1),
    ];
    assert_eq!(pruned, expected);
}

async fn limited(f: StoreFixture) {
    for _ in 0..5 {
        completed(&f, r#"{"type":"work"}"#).await;
    }
    f.advance_ms(1);
    let mut found = [0; 3];
    for count in &mut found {
        *count = f.store.prune(f.clock.now(), 2).await.expect("prunes");
    }
    assert_eq!(found, [2, 2, 1]);
}

async fn behind_dead_letters(f: StoreFixture) {
    for _ in 0..60 {
        f.failed_job().await;
    }
    for _ in 0..3 {
        completed(&f, r#"{"type":"work"}"#).await;
    }
    f.advance_ms(1);
    assert_eq!(prune_all(&f, 2).await, 3);
}

async fn deduplicated(f: StoreFixture) {
    let text = r#"{"type":"work","id":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}"#;
    completed(&f, text).await;
    f.store.prune(f.clock.now(), 10).await.expect("prunes");
    let answer = f
        .store
        .submit([new_job(text)].into())
        .await
        .expect("accepted")[0];
    assert_eq!(answer.acceptance, Acceptance::Replayed);
    f.advance_ms(1);
    assert_eq!(prune_all(&f, 10).await, 1);
    let answer = f
        .store
        .submit([new_job(text)].into())
        .await
        .expect("accepted")[0];
    assert_eq!(answer.acceptance, Acceptance::Created);
}

async fn positions(f: StoreFixture) {
    completed(&f, r#"{"type":"work"}"#).await;
    let before = f.log.head().await.expect("reads");
    f.advance_ms(1);
    prune_all(&f, 10).await;
    let after = f.log.head().await.expect("reads");
    assert!(after > before);
    f.submit(r#"{"type":"work"}"#).await;
    let entries = f.log.read_after(after, 10).await.expect("reads");
    assert_eq!(entries.len(), 1);
    assert!(entries[0].position > after);
}

async fn any_message(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work","maxAttempts":1}"#).await;
    let lease = f.claim_one().await.lease;
    let result = failed("a\0b \u{1} \"quoted\" \\u0000 [null]");
    f.finish(lease, result).await.expect("a valid lease");
    f.store.drop_dead_letter(id).await.expect("dead_letter");
    f.advance_ms(1);
    assert_eq!(prune_all(&f, 10).await, 1);
    assert!(f.reader.job(id).await.expect("reads").is_none());
}

async fn late_finishers(f: StoreFixture) {
    let late = f.submit(r#"{"type":"late","delayMs":3600000}"#).await;
    for _ in 0..3 {
        completed(&f, r#"{"type":"work"}"#).await;
        f.advance_ms(1);
        // One at a time, as they reach the retention period in a busy system.
        let found = f.store.prune(f.clock.now(), 100).await.expect("prunes");
        assert!(found <= 1);
    }
    f.store
        .cancel(late, some_request())
        .await
        .expect("it waits");
    f.advance_ms(1);
    for _ in 0..3 {
        completed(&f, r#"{"type":"work"}"#).await;
        f.advance_ms(1);
        f.store.prune(f.clock.now(), 100).await.expect("prunes");
    }
    assert!(f.reader.job(late).await.expect("reads").is_none());
}
