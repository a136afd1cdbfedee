use std::collections::HashSet;

use odd_contracts::{JobAttempt, JobId, JobStatus, LogLine, LogStream};
use odd_core::AttemptResult;
use odd_core::ports::{
    AttemptLogPage, AttemptLogQuery, Clock, Lease, MAX_SHOWN_ATTEMPTS, SortOrder,
};

use crate::conformance::store_fixture::{failed, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new(
        "pages of a log cover every line once in both directions",
        |f| Box::pin(log_pages(f)),
    ),
    Check::new("a log page is empty past the last line", |f| {
        Box::pin(empty_pages(f))
    }),
    Check::new(
        "a log exists for every attempt that began, and for no other",
        |f| Box::pin(unknown_attempts(f)),
    ),
    Check::new("logs of different attempts and jobs are separate", |f| {
        Box::pin(separate_logs(f))
    }),
    Check::new(
        "a job with many attempts is returned with the newest",
        |f| Box::pin(newest_attempts(f)),
    ),
    Check::new("a job that succeeds after a failure shows no error", |f| {
        Box::pin(error_of_success(f))
    }),
    Check::new("a job with long logs is returned in few bytes", |f| {
        Box::pin(bounded_size(f))
    }),
];

async fn error_of_success(f: StoreFixture) {
    let id = f
        .submit(r#"{"type":"work","maxAttempts":2,"retry":{"baseDelayMs":0}}"#)
        .await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, failed("once"))
        .await
        .expect("a valid lease");
    let error = f.job(id).await.error.expect("why it is retried");
    assert_eq!(error.message, "once");
    f.promote().await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    let job = f.job(id).await;
    assert_eq!((job.status, job.error), (JobStatus::Completed, None));
    let attempts = job.attempts.expect("shown");
    assert!(
        attempts.iter().any(|attempt| attempt.error.is_some()),
        "kept there"
    );
    let listed = f.reader.jobs(odd_core::ports::JobQuery {
        limit: 1,
        ..Default::default()
    });
    assert_eq!(listed.await.expect("reads").jobs[0].error, None);
}

async fn append(f: &StoreFixture, lease: Lease, texts: impl IntoIterator<Item = String>) {
    let lines = texts.into_iter().map(|line| LogLine {
        at: f.clock.now(),
        stream: LogStream::Stdout,
        line,
    });
    f.store
        .append_log(lease, lines.collect())
        .await
        .expect("a valid lease");
}

fn numbered(count: usize) -> Vec<String> {
    (1..=count).map(|number| number.to_string()).collect()
}

async fn page(f: &StoreFixture, query: AttemptLogQuery) -> Option<AttemptLogPage> {
    f.reader.attempt_log(query).await.expect("reads")
}

fn query(lease: Lease, order: SortOrder, cursor: Option<u32>, limit: usize) -> AttemptLogQuery {
    AttemptLogQuery {
        job_id: lease.job_id,
        attempt: lease.attempt,
        order,
        cursor,
        limit,
    }
}

fn texts(page: AttemptLogPage) -> Vec<String> {
    page.lines.into_iter().map(|line| line.line).collect()
}

async fn log_pages(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    append(&f, lease, numbered(7)).await;
    for (order, limit) in [
        (SortOrder::Oldest, 3),
        (SortOrder::Newest, 3),
        (SortOrder::Oldest, 7),
        (SortOrder::Newest, 1),
    ] {
        let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let next = page(&f, query(lease, order, cursor, limit)).await;
            let next = next.expect("the attempt exists");
            assert!(next.lines.len() <= limit);
            cursor = next.next;
            pages += 1;
            seen.extend(texts(next));
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(pages, 7_usize.div_ceil(limit), "{order:?} by {limit}");
        if order == SortOrder::Newest {
            seen.reverse();
        }
        assert_eq!(seen, numbered(7), "{order:?} by {limit}");
    }
}

async fn empty_pages(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    append(&f, lease, numbered(2)).await;
    for (order, cursor) in [
        (SortOrder::Oldest, 2),
        (SortOrder::Oldest, u32::MAX),
        (SortOrder::Newest, 1),
        (SortOrder::Newest, 0),
    ] {
        let next = page(&f, query(lease, order, Some(cursor), 10)).await;
        let next = next.expect("the attempt exists");
        assert_eq!(
            (next.lines.len(), next.next),
            (0, None),
            "{order:?} {cursor}"
        );
    }
}

async fn unknown_attempts(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = |attempt| Lease {
        job_id: id,
        attempt,
    };
    let exists = async |lease| {
        let page = page(&f, query(lease, SortOrder::Newest, None, 10)).await;
        page.is_some()
    };
    assert!(!exists(lease(1)).await, "before it began");
    let running = f.claim_one().await.lease;
    assert!(exists(running).await, "without lines");
    f.finish(running, AttemptResult::Released)
        .await
        .expect("a valid lease");
    assert!(exists(running).await, "after it ended");
    for attempt in [0, 2, u32::MAX] {
        assert!(!exists(lease(attempt)).await, "{attempt}");
    }
    let unknown = Lease {
        job_id: JobId(uuid::Uuid::now_v7()),
        attempt: 1,
    };
    assert!(!exists(unknown).await, "of an unknown job");
}

async fn separate_logs(f: StoreFixture) {
    let mut leases = Vec::new();
    for _ in 0..2 {
        f.submit(r#"{"type":"work"}"#).await;
        let first = f.claim_one().await.lease;
        append(&f, first, [format!("{first:?}")]).await;
        f.finish(first, AttemptResult::Released)
            .await
            .expect("a valid lease");
        let second = f.claim_one().await.lease;
        append(&f, second, [format!("{second:?}")]).await;
        f.finish(second, succeeded()).await.expect("a valid lease");
        leases.extend([first, second]);
    }
    assert_eq!(leases.iter().collect::<HashSet<_>>().len(), 4);
    for lease in leases {
        let lines = f.attempt_log(lease).await;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].line, format!("{lease:?}"));
    }
}

/// The numbers and the counts of log lines.
fn shape(attempts: &[JobAttempt]) -> Vec<(u32, u32)> {
    let attempts = attempts.iter();
    attempts
        .map(|attempt| (attempt.attempt, attempt.log_lines))
        .collect()
}

async fn newest_attempts(f: StoreFixture) {
    let last = MAX_SHOWN_ATTEMPTS as u32 + 5;
    let id = f.submit(r#"{"type":"work"}"#).await;
    for _ in 1..last {
        let lease = f.claim_one().await.lease;
        f.finish(lease, AttemptResult::Released)
            .await
            .expect("a valid lease");
    }
    let waiting = f.job(id).await;
    let expected: Vec<_> = (5..last).map(|attempt| (attempt, 0)).collect();
    assert_eq!(waiting.attempt, last - 1, "it counts all");
    assert_eq!(shape(&waiting.attempts.expect("in full")), expected);

    let lease = f.claim_one().await.lease;
    append(&f, lease, numbered(2)).await;
    let mut expected: Vec<_> = (6..last).map(|attempt| (attempt, 0)).collect();
    expected.push((last, 2));
    let running = f.job(id).await;
    assert_eq!(shape(&running.attempts.expect("in full")), expected);

    f.finish(lease, succeeded()).await.expect("a valid lease");
    let completed = f.job(id).await;
    assert_eq!(completed.status, JobStatus::Completed);
    assert_eq!(shape(&completed.attempts.expect("in full")), expected);
    let first = Lease {
        job_id: id,
        attempt: 1,
    };
    assert_eq!(f.attempt_log(first).await, [], "it can still be read");
}

async fn bounded_size(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    for _ in 0..40 {
        let lease = f.claim_one().await.lease;
        append(&f, lease, (0..1_000).map(|_| "x".repeat(100))).await;
        f.finish(lease, AttemptResult::Released)
            .await
            .expect("a valid lease");
    }
    let job = f.job(id).await;
    let attempts = job.attempts.as_deref().expect("in full");
    let expected: Vec<_> = (1..=40).map(|attempt| (attempt, 1_000)).collect();
    assert_eq!(shape(attempts), expected);
    assert_small(&job);
    let cancelled = f.store.cancel(id, some_request()).await.expect("waits");
    assert_small(&cancelled);
}

fn assert_small(job: &odd_contracts::Job) {
    let bytes = serde_json::to_vec(job).expect("JSON").len();
    assert!(bytes < 16 * 1024, "{bytes} bytes");
}
