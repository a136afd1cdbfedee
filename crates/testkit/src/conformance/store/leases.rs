use odd_contracts::{AttemptOutcome, EventType, FailureReason, JobStatus};
use odd_core::AttemptResult;
use odd_core::ports::{Clock, Lease, Renewal, StaleLease};

use crate::conformance::store_fixture::{LEASE, failed, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a lease holds until the clock has passed its end", |f| {
        Box::pin(holds(f))
    }),
    Check::new("an expired lease is taken over", |f| {
        Box::pin(taken_over(f))
    }),
    Check::new("a result under a stale lease changes nothing", |f| {
        Box::pin(stale_result(f))
    }),
    Check::new("a lost attempt is counted", |f| Box::pin(lost_counts(f))),
    Check::new("a lost attempt of a cancelled job cancels it", |f| {
        Box::pin(lost_while_cancelling(f))
    }),
    Check::new("renewing extends a lease", |f| Box::pin(renewed(f))),
    Check::new("renewing reports a request to cancel", |f| {
        Box::pin(told_to_stop(f))
    }),
    Check::new("renewing a lost lease reports the loss", |f| {
        Box::pin(gone(f))
    }),
    Check::new("leases expire within the limit", |f| Box::pin(limited(f))),
];

fn lease_ms() -> u64 {
    u64::try_from(LEASE.as_millis()).expect("small")
}

async fn holds(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.advance_ms(lease_ms());
    assert_eq!(f.expire().await.expect("expires"), 0);
    assert_eq!(f.finish(lease, succeeded()).await, Ok(JobStatus::Completed));
    assert_eq!(f.status(id).await, JobStatus::Completed);
}

async fn taken_over(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let first = f.claim_one().await.lease;
    f.advance_ms(lease_ms() + 1);
    assert_eq!(f.expire().await.expect("expires"), 1);
    assert_eq!(f.expire().await.expect("expires"), 0);
    let second = f.claim_one().await;
    assert_eq!(
        second.lease,
        Lease {
            attempt: 2,
            ..first
        }
    );
    assert_eq!(second.attempt_of_run, 2, "the lost attempt counts");
    let attempts = f.job(id).await.attempts.expect("in full");
    assert_eq!(attempts[0].outcome, AttemptOutcome::Lost);
    assert_eq!(
        attempts[0].error.as_ref().expect("told").reason,
        FailureReason::WorkerLost
    );
    assert_eq!(attempts[1].outcome, AttemptOutcome::Running);
    assert_eq!(f.kinds(id).await[3], EventType::Requeued);
}

async fn stale_result(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let first = f.claim_one().await.lease;
    f.advance_ms(lease_ms() + 1);
    f.expire().await.expect("expires");
    // Before and after another worker claims the job.
    for _ in 0..2 {
        let before = (f.job(id).await, f.history(id).await.len());
        for result in [
            succeeded(),
            failed("no"),
            AttemptResult::Cancelled,
            AttemptResult::Released,
        ] {
            assert_eq!(f.finish(first, result).await, Err(StaleLease(first)));
        }
        let progress = odd_contracts::Progress {
            fraction: 0.5,
            message: None,
        };
        f.work
            .record_progress(first, progress)
            .await
            .expect_err("stale");
        f.work.append_log(first, vec![]).await.expect_err("stale");
        assert_eq!((f.job(id).await, f.history(id).await.len()), before);
        f.claim(1).await;
    }
    assert_eq!(f.status(id).await, JobStatus::Executing);
}

async fn lost_counts(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work","maxAttempts":2}"#).await;
    for _ in 0..2 {
        f.claim_one().await;
        f.advance_ms(lease_ms() + 1);
        assert_eq!(f.expire().await.expect("expires"), 1);
    }
    let job = f.job(id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Failed, 2));
    assert_eq!(job.error.expect("told").reason, FailureReason::WorkerLost);
}

async fn lost_while_cancelling(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    f.claim_one().await;
    f.store.cancel(id, some_request()).await.expect("runs");
    f.advance_ms(lease_ms() + 1);
    assert_eq!(f.expire().await.expect("expires"), 1);
    assert_eq!(f.status(id).await, JobStatus::Cancelled);
}

async fn renewed(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.advance_ms(lease_ms() - 1);
    let renewals = f.work.renew(vec![lease], LEASE).await.expect("renews");
    let expires_at = f.clock.now().plus_millis(lease_ms());
    let expected = Renewal::Renewed {
        expires_at,
        cancel_requested: false,
    };
    assert_eq!(renewals, [expected]);
    let shown = f.reader.lease_end(lease.job_id).await.expect("reads");
    assert_eq!(shown, Some(expires_at), "readers see the renewal");
    f.advance_ms(lease_ms());
    assert_eq!(f.expire().await.expect("expires"), 0);
    f.advance_ms(1);
    assert_eq!(f.expire().await.expect("expires"), 1);
    let ended = f.reader.lease_end(lease.job_id).await.expect("reads");
    assert_eq!(ended, None);
}

async fn told_to_stop(f: StoreFixture) {
    let ids = [
        f.submit(r#"{"type":"a"}"#).await,
        f.submit(r#"{"type":"b"}"#).await,
    ];
    let leases: Vec<Lease> = f.claim(2).await.iter().map(|job| job.lease).collect();
    f.store.cancel(ids[1], some_request()).await.expect("runs");
    let renewals = f.work.renew(leases.clone(), LEASE).await.expect("renews");
    for (lease, renewal) in leases.iter().zip(renewals) {
        let Renewal::Renewed {
            cancel_requested, ..
        } = renewal
        else {
            panic!("both are held");
        };
        assert_eq!(cancel_requested, lease.job_id == ids[1]);
    }
}

async fn gone(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    let first = f.claim_one().await.lease;
    f.finish(first, AttemptResult::Released)
        .await
        .expect("a valid lease");
    let second = f.claim_one().await.lease;
    let nobody = Lease {
        job_id: odd_contracts::JobId(uuid::Uuid::now_v7()),
        attempt: 1,
    };
    let renewals = f
        .work
        .renew(vec![first, second, nobody], LEASE)
        .await
        .expect("renews");
    assert_eq!((renewals[0], renewals[2]), (Renewal::Lost, Renewal::Lost));
    assert!(matches!(renewals[1], Renewal::Renewed { .. }));
}

async fn limited(f: StoreFixture) {
    for _ in 0..3 {
        f.submit(r#"{"type":"work"}"#).await;
    }
    f.claim(3).await;
    f.advance_ms(lease_ms() + 1);
    assert_eq!(f.store.expire_leases(2).await.expect("expires").leases, 2);
    assert_eq!(f.expire().await.expect("expires"), 1);
    assert_eq!(f.claim(5).await.len(), 3);
}
