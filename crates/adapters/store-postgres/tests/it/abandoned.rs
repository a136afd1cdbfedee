use std::sync::Arc;
use std::time::Duration;

use odd_core::AttemptResult;
use odd_core::ports::{EndedAttempt, WorkQueue};
use odd_testkit::{ManualClock, postgres_fixture_of, postgres_store_with};

use crate::nobody::Nobody;

const JOBS: usize = 20;

/// Claims, each abandoned a little later than the one before.
const CLAIMS: u32 = 30;
const STEP: Duration = Duration::from_millis(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_the_store_is_settled_abandoned_claims_keep_no_job() {
    let clock = Arc::new(ManualClock::default());
    let store = postgres_store_with(clock.clone(), Arc::new(Nobody)).await;
    let fixture = postgres_fixture_of(&store, clock);
    fixture.submit_batch(JOBS).await;
    for turn in 0..CLAIMS {
        let claimed = match tokio::time::timeout(STEP * turn, fixture.claim(JOBS)).await {
            Ok(claimed) => claimed,
            Err(_) => {
                store.settled().await;
                fixture.claim(JOBS).await
            }
        };
        assert_eq!(claimed.len(), JOBS, "turn {turn}");
        let given_back = claimed.into_iter().map(|job| EndedAttempt {
            lease: job.lease,
            result: AttemptResult::Released,
        });
        let answers = store.finish(given_back.collect()).await;
        assert!(answers.expect("are ended").iter().all(Result::is_ok));
    }
}
