use odd_contracts::{EventType, JobStatus, LogLine, LogStream, Progress};
use odd_core::ports::{Clock, Lease, LeaseError, StaleLease};
use odd_core::{AttemptResult, Change};

use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("progress is shown and recorded", |f| Box::pin(progress(f))),
    Check::new("a new attempt starts without progress", |f| {
        Box::pin(new_attempt_progress(f))
    }),
    Check::new("log lines are kept with their attempt, in order", |f| {
        Box::pin(lines(f))
    }),
    Check::new("an attempt keeps a thousand lines", |f| {
        Box::pin(bounded(f))
    }),
    Check::new("reports without a lease are rejected", |f| {
        Box::pin(without_lease(f))
    }),
];

fn line(f: &StoreFixture, stream: LogStream, text: &str) -> LogLine {
    LogLine {
        at: f.clock.now(),
        stream,
        line: text.into(),
    }
}

/// The number of log lines of each attempt.
async fn log_lines(f: &StoreFixture, lease: Lease) -> Vec<u32> {
    let attempts = f.job(lease.job_id).await.attempts.expect("in full");
    attempts.iter().map(|attempt| attempt.log_lines).collect()
}

async fn progress(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    for (fraction, message) in [(0.25, Some("begun".to_owned())), (1.0, None)] {
        let progress = Progress {
            fraction,
            message: message.clone(),
        };
        f.advance_ms(1);
        f.work
            .record_progress(lease, progress.clone())
            .await
            .expect("a valid lease");
        let job = f.job(id).await;
        assert_eq!(
            (job.status, job.progress),
            (JobStatus::Executing, Some(progress))
        );
        let last = f.history(id).await.pop().expect("not empty");
        assert_eq!(last.change, Change::Progressed { fraction, message });
        assert_eq!((last.version, last.attempt), (job.version, Some(1)));
    }
    let kinds = f.kinds(id).await;
    assert_eq!(kinds[3..], [EventType::Progressed; 2]);
}

async fn new_attempt_progress(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    let progress = Progress {
        fraction: 0.9,
        message: Some("nearly".into()),
    };
    f.work
        .record_progress(lease, progress)
        .await
        .expect("a valid lease");
    f.finish(lease, AttemptResult::Released)
        .await
        .expect("a valid lease");
    f.claim_one().await;
    assert_eq!(f.job(id).await.progress, None);
}

async fn lines(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    let first = f.claim_one().await.lease;
    let result = [
        line(&f, LogStream::Stdout, "one"),
        line(&f, LogStream::Stderr, "two\u{1b}[31m"),
        line(&f, LogStream::Log, ""),
    ];
    f.work
        .append_log(first, result[..2].to_vec())
        .await
        .expect("a valid lease");
    f.work
        .append_log(first, result[2..].to_vec())
        .await
        .expect("a valid lease");
    assert_eq!(f.attempt_log(first).await, result, "while it runs");
    assert_eq!(log_lines(&f, first).await, [3], "while it runs");
    f.finish(first, AttemptResult::Released)
        .await
        .expect("a valid lease");
    let second = f.claim_one().await.lease;
    let other = [line(&f, LogStream::Log, "other")];
    f.work
        .append_log(second, other.to_vec())
        .await
        .expect("a valid lease");
    assert_eq!(f.attempt_log(first).await, result);
    assert_eq!(f.attempt_log(second).await, other);
    assert_eq!(log_lines(&f, first).await, [3, 1]);
}

async fn bounded(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    for from in [0, 600, 1_200] {
        let lines = (from..from + 600).map(|n| line(&f, LogStream::Log, &n.to_string()));
        f.work
            .append_log(lease, lines.collect())
            .await
            .expect("a valid lease");
    }
    let kept = f.attempt_log(lease).await;
    assert_eq!(kept.len(), 1_000);
    assert_eq!(log_lines(&f, lease).await, [1_000]);
    assert_eq!(kept[999].line, "999");
}

async fn without_lease(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, AttemptResult::Released)
        .await
        .expect("a valid lease");
    let before = f.job(id).await;
    let progress = Progress {
        fraction: 0.5,
        message: None,
    };
    let result = f.work.record_progress(lease, progress).await;
    assert!(matches!(result, Err(LeaseError::Stale(StaleLease(stale))) if stale == lease));
    let logged = f
        .work
        .append_log(lease, vec![line(&f, LogStream::Log, "late")])
        .await;
    assert!(matches!(logged, Err(LeaseError::Stale(StaleLease(stale))) if stale == lease));
    assert_eq!(f.job(id).await, before);
}
