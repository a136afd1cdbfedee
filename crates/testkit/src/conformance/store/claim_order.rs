use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use odd_contracts::{JobStatus, JobType};
use odd_core::ports::{Admission, ClaimAhead, ClaimRequest};

use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a released job returns to its position", |f| {
        Box::pin(released_position(f))
    }),
    Check::new(
        "jobs are claimed ahead while they are of the named types, and no job overtakes another",
        |f| Box::pin(claimed_ahead(f)),
    ),
    Check::new("a refused job makes room for the next one", |f| {
        Box::pin(refused_before_limit(f))
    }),
];

async fn released_position(f: StoreFixture) {
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(f.submit(r#"{"type":"work"}"#).await);
        f.advance_ms(10);
    }
    for lease in f.claim(3).await.iter().map(|job| job.lease) {
        let released = f.finish(lease, odd_core::AttemptResult::Released).await;
        assert_eq!(released, Ok(JobStatus::Pending));
    }
    assert_eq!(f.claim_ids(4).await, ids);
}

async fn claimed_ahead(f: StoreFixture) {
    let mut ids = Vec::new();
    for job_type in ["quick", "quick", "slow", "slow", "quick", "quick", "slow"] {
        ids.push(f.submit(&format!(r#"{{"type":"{job_type}"}}"#)).await);
        f.advance_ms(10);
    }
    let claim = async |limit, ahead| {
        let request = ClaimRequest {
            ahead: ClaimAhead {
                types: ["quick".parse().expect("a type")].into(),
                limit: ahead,
            },
            ..f.request(limit)
        };
        let claimed = f.work.claim(request).await.expect("claims");
        claimed
            .iter()
            .map(|job| job.lease.job_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(claim(1, 10).await, ids[..2], "until a slow one");
    assert_eq!(claim(1, 10).await, ids[2..3], "the slow one has a slot");
    assert_eq!(claim(1, 1).await, ids[3..5], "within the limit of both");
    assert_eq!(
        claim(2, 10).await,
        ids[5..],
        "a slow one has the second slot"
    );
}

async fn refused_before_limit(f: StoreFixture) {
    let ids = f.submit_batch(3).await;
    let request = ClaimRequest {
        ahead: ClaimAhead {
            types: ["quick".parse().expect("a type")].into(),
            limit: 10,
        },
        admission: Arc::new(RefuseOnce::default()),
        ..f.request(1)
    };
    let claimed = f.work.claim(request).await.expect("claims");
    let claimed: Vec<_> = claimed.iter().map(|job| job.lease.job_id).collect();
    assert_eq!(claimed, ids[1..2]);
    assert_eq!(f.status(ids[0]).await, JobStatus::Failed);
}

/// Refuses the first payload.
#[derive(Default)]
struct RefuseOnce(AtomicBool);

impl Admission for RefuseOnce {
    fn admit(&self, _: &JobType, _: Option<&str>) -> Result<(), String> {
        match self.0.swap(true, Ordering::Relaxed) {
            true => Ok(()),
            false => Err("refused".into()),
        }
    }
}
