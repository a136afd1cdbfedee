use odd_contracts::{AttemptOutcome, EventType, FailureReason, JobStatus};
use odd_core::ports::{Clock, EndedAttempt, Lease, StaleLease};
use odd_core::{AttemptResult, Change};

use crate::conformance::store_fixture::{
    failed, failed_for, failed_for_now, some_request, succeeded, succeeded_with,
};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("success completes a job with its result", |f| {
        Box::pin(success(f))
    }),
    Check::new("results of every kind and size are kept", |f| {
        Box::pin(results(f))
    }),
    Check::new(
        "a failure is retried within the bounds of its backoff",
        |f| Box::pin(backoff(f)),
    ),
    Check::new("a handler's delay replaces the backoff", |f| {
        Box::pin(retry_after(f))
    }),
    Check::new("a permanent failure ends a job at once", |f| {
        Box::pin(permanent(f))
    }),
    Check::new("a job whose attempts are used up fails", |f| {
        Box::pin(exhausted(f))
    }),
    Check::new("a timeout is recorded as a timeout", |f| {
        Box::pin(timed_out(f))
    }),
    Check::new("a cancelled attempt cancels its job", |f| {
        Box::pin(cancelled(f))
    }),
    Check::new("a released attempt is not counted", |f| {
        Box::pin(released(f))
    }),
    Check::new("an unknown lease changes nothing", |f| Box::pin(unknown(f))),
    Check::new("an attempt ends once", |f| Box::pin(once(f))),
    Check::new("results of a group are answered in order", |f| {
        Box::pin(together(f))
    }),
];

async fn success(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.advance_ms(1_500);
    let result = succeeded_with(r#"{ "kept":"as it is" }"#);
    assert_eq!(f.finish(lease, result).await, Ok(JobStatus::Completed));
    let job = f.job(id).await;
    assert_eq!((job.status, job.version), (JobStatus::Completed, 4));
    assert_eq!(job.finished_at, Some(f.clock.now()));
    assert_eq!(job.result.expect("kept").get(), r#"{ "kept":"as it is" }"#);
    assert_eq!(job.error, None);
    let attempts = job.attempts.expect("shown in full");
    assert_eq!(attempts.len(), 1);
    assert_eq!(
        (attempts[0].attempt, attempts[0].outcome),
        (1, AttemptOutcome::Succeeded)
    );
    assert_eq!(attempts[0].duration_ms, Some(1_500.0));
    assert_eq!(attempts[0].worker_id, "worker-1");
    let last = &f.history(id).await[3];
    assert_eq!(
        (last.attempt, &last.change),
        (
            Some(1),
            &Change::Completed {
                duration_ms: 1_500.0
            }
        )
    );
}

async fn backoff(f: StoreFixture) {
    let retry = r#"{"baseDelayMs":1000,"maxDelayMs":3000,"multiplier":2}"#;
    let id = f
        .submit(&format!(
            r#"{{"type":"work","maxAttempts":5,"retry":{retry}}}"#
        ))
        .await;
    for bound in [1_000, 2_000, 3_000, 3_000] {
        let lease = f.claim_one().await.lease;
        assert_eq!(
            f.finish(lease, failed("not yet")).await,
            Ok(JobStatus::Retrying)
        );
        let job = f.job(id).await;
        let run_at = job.run_at.expect("waits for a time");
        assert!(run_at >= f.clock.now() && run_at <= f.clock.now().plus_millis(bound));
        assert_eq!(job.finished_at, None);
        let last = f.history(id).await.pop().expect("not empty");
        let retrying = Change::Retrying {
            reason: FailureReason::Error,
            message: "not yet".into(),
            run_at,
            duration_ms: 0.0,
        };
        assert_eq!(last.change, retrying);
        f.advance_ms(bound);
        assert_eq!(f.promote().await, 1);
    }
    assert!(f.claim_one().await.is_last_attempt);
}

async fn retry_after(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    let later = AttemptResult::Failed {
        reason: FailureReason::Error,
        message: "busy".into(),
        retry_after_ms: Some(123_456),
    };
    assert_eq!(f.finish(lease, later).await, Ok(JobStatus::Retrying));
    assert_eq!(
        f.job(id).await.run_at,
        Some(f.clock.now().plus_millis(123_456))
    );
}

async fn permanent(f: StoreFixture) {
    for reason in [FailureReason::Permanent, FailureReason::InvalidPayload] {
        let id = f.submit(r#"{"type":"work","maxAttempts":9}"#).await;
        let lease = f.claim_one().await.lease;
        assert_eq!(
            f.finish(lease, failed_for(reason, "never")).await,
            Ok(JobStatus::Failed)
        );
        let error = f.job(id).await.error.expect("told");
        assert_eq!((error.reason, error.message.as_str()), (reason, "never"));
    }
}

async fn exhausted(f: StoreFixture) {
    let id = f
        .submit(r#"{"type":"work","maxAttempts":2,"retry":{"baseDelayMs":0}}"#)
        .await;
    for (attempt, status) in [(1, JobStatus::Retrying), (2, JobStatus::Failed)] {
        let lease = f.claim_one().await.lease;
        assert_eq!(lease.attempt, attempt);
        assert_eq!(
            f.finish(lease, failed(&format!("no {attempt}"))).await,
            Ok(status)
        );
        f.promote().await;
    }
    let job = f.job(id).await;
    assert_eq!(job.error.expect("told").message, "no 2");
    assert_eq!(job.finished_at, Some(f.clock.now()));
    let messages: Vec<String> = job
        .attempts
        .expect("shown in full")
        .into_iter()
        .map(|attempt| attempt.error.expect("each failed").message)
        .collect();
    assert_eq!(messages, ["no 1", "no 2"]);
    assert!(f.claim(1).await.is_empty());
}

async fn timed_out(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work","maxAttempts":1}"#).await;
    let lease = f.claim_one().await.lease;
    let result = failed_for(FailureReason::TimedOut, "too long");
    assert_eq!(f.finish(lease, result).await, Ok(JobStatus::Failed));
    let job = f.job(id).await;
    assert_eq!(
        job.attempts.expect("in full")[0].outcome,
        AttemptOutcome::TimedOut
    );
    assert_eq!(job.error.expect("told").reason, FailureReason::TimedOut);
}

async fn cancelled(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.store.cancel(id, some_request()).await.expect("runs");
    f.advance_ms(7);
    assert_eq!(
        f.finish(lease, AttemptResult::Cancelled).await,
        Ok(JobStatus::Cancelled)
    );
    let job = f.job(id).await;
    assert!(!job.cancel_requested);
    assert_eq!(
        job.attempts.expect("in full")[0].outcome,
        AttemptOutcome::Cancelled
    );
    let last = f.history(id).await.pop().expect("not empty");
    let cancelled = Change::Cancelled {
        message: None,
        duration_ms: Some(7.0),
    };
    assert_eq!(last.change, cancelled);
}

async fn released(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work","maxAttempts":1}"#).await;
    for attempt in 1..=3 {
        let claimed = f.claim_one().await;
        assert_eq!(
            (claimed.lease.attempt, claimed.attempt_of_run),
            (attempt, 1)
        );
        assert!(claimed.is_last_attempt);
        let status = f.finish(claimed.lease, AttemptResult::Released).await;
        assert_eq!(status, Ok(JobStatus::Pending));
    }
    assert_eq!(f.kinds(id).await.last(), Some(&EventType::Requeued));
    let lease = f.claim_one().await.lease;
    assert_eq!(lease.attempt, 4);
    assert_eq!(f.finish(lease, failed("no")).await, Ok(JobStatus::Failed));
    let attempts = f.job(id).await.attempts.expect("in full");
    let outcomes: Vec<AttemptOutcome> = attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes[..3], [AttemptOutcome::Released; 3]);
    assert_eq!(outcomes[3], AttemptOutcome::Failed);
}

async fn unknown(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let nobody = odd_contracts::JobId(uuid::Uuid::now_v7());
    let forged = [(id, 0), (id, 1), (nobody, 1)];
    for (job_id, attempt) in forged {
        let lease = Lease { job_id, attempt };
        assert_eq!(f.finish(lease, succeeded()).await, Err(StaleLease(lease)));
    }
    let held = f.claim_one().await.lease;
    let other = Lease {
        attempt: held.attempt + 1,
        ..held
    };
    assert_eq!(f.finish(other, succeeded()).await, Err(StaleLease(other)));
    assert_eq!(f.status(id).await, JobStatus::Executing);
}

async fn once(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    let twice =
        [succeeded_with("1"), succeeded_with("2")].map(|result| EndedAttempt { lease, result });
    let answers = f.work.finish(twice.into()).await.expect("finishes");
    assert_eq!(answers, [Ok(JobStatus::Completed), Err(StaleLease(lease))]);
    assert_eq!(
        f.finish(lease, failed("late")).await,
        Err(StaleLease(lease))
    );
    let job = f.job(id).await;
    assert_eq!((job.status, job.version), (JobStatus::Completed, 4));
    assert_eq!(job.result.expect("the first").get(), "1");
}

async fn together(f: StoreFixture) {
    for _ in 0..4 {
        f.submit(r#"{"type":"work"}"#).await;
    }
    let leases: Vec<Lease> = f.claim(4).await.iter().map(|job| job.lease).collect();
    let stale = Lease {
        attempt: 9,
        ..leases[2]
    };
    let ended = vec![
        (leases[3], failed("later")),
        (leases[0], succeeded()),
        (stale, succeeded()),
        (leases[2], AttemptResult::Released),
    ];
    let ended: Vec<EndedAttempt> = ended
        .into_iter()
        .map(|(lease, result)| EndedAttempt { lease, result })
        .collect();
    let answers = f.work.finish(ended.into()).await.expect("finishes");
    let expected = [
        Ok(JobStatus::Retrying),
        Ok(JobStatus::Completed),
        Err(StaleLease(stale)),
        Ok(JobStatus::Pending),
    ];
    assert_eq!(answers, expected);
    assert_eq!(f.status(leases[1].job_id).await, JobStatus::Executing);
}

async fn results(f: StoreFixture) {
    let long = format!("\"{}\"", "r".repeat(5_000));
    for result in [Some("null"), Some("[1, 2]"), Some(&*long), None] {
        for failures in 0..2 {
            let id = f.submit(r#"{"type":"work"}"#).await;
            for _ in 0..failures {
                let lease = f.claim_one().await.lease;
                f.finish(lease, failed_for_now()).await.expect("ends");
                f.promote().await;
            }
            let lease = f.claim_one().await.lease;
            let outcome = result.map_or_else(succeeded, succeeded_with);
            assert_eq!(f.finish(lease, outcome).await, Ok(JobStatus::Completed));
            let job = f.job(id).await;
            assert_eq!(job.result.as_ref().map(|kept| kept.get()), result);
            let attempts = job.attempts.expect("in full");
            assert_eq!(attempts.len(), failures + 1);
            let last = &attempts[failures];
            assert_eq!(last.outcome, AttemptOutcome::Succeeded);
            assert_eq!(
                (last.finished_at, last.attempt),
                (job.finished_at, job.attempt)
            );
        }
    }
}
