use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Admission, ClaimRequest, EndedAttempt, JobStore};
use odd_core::{AttemptResult, SystemClock};
use odd_testkit::build::new_job;
use odd_testkit::postgres_store_with;

use crate::nobody::Nobody;

const JOBS: usize = 20;

/// Claims, each abandoned a little later than the one before.
const CLAIMS: u32 = 30;
const STEP: Duration = Duration::from_millis(1);

struct Any;

impl Admission for Any {
    fn admit(&self, _: &odd_contracts::JobType, _: Option<&str>) -> Result<(), String> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_the_store_is_settled_abandoned_claims_keep_no_job() {
    let store = postgres_store_with(Arc::new(SystemClock), Arc::new(Nobody)).await;
    let jobs: Vec<_> = (0..JOBS).map(|_| new_job(r#"{"type":"work"}"#)).collect();
    store.submit(jobs.into()).await.expect("accepted");
    let request = || ClaimRequest {
        worker_id: "worker-1".into(),
        types: Some(["work".parse().expect("legal")].into()),
        queues: None,
        limit: JOBS,
        lease: Duration::from_secs(3_600),
        wait: Duration::ZERO,
        admission: Arc::new(Any),
    };
    for turn in 0..CLAIMS {
        let claim = tokio::time::timeout(STEP * turn, store.claim(request()));
        let claimed = match claim.await {
            Ok(claimed) => claimed,
            Err(_) => {
                store.settled().await;
                store.claim(request()).await
            }
        };
        let claimed = claimed.expect("claims");
        assert_eq!(claimed.len(), JOBS, "turn {turn}");
        let given_back = claimed.into_iter().map(|job| EndedAttempt {
            lease: job.lease,
            result: AttemptResult::Released,
        });
        let answers = store.finish(given_back.collect()).await;
        assert!(answers.expect("are ended").iter().all(Result::is_ok));
    }
}
