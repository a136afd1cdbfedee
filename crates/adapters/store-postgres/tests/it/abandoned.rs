use std::sync::Arc;
use std::time::Duration;

use odd_core::AttemptResult;
use odd_core::ports::{EndedAttempt, WorkQueue};
use odd_testkit::{ManualClock, postgres_fixture_of, postgres_store_with};

use crate::null_sink::NullSink;

const JOBS: usize = 20;

/// Number of claims, each abandoned a little later than the one before.
const CLAIMS: u32 = 30;
const STEP: Duration = Duration::from_millis(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drained_store_has_released_the_jobs_of_abandoned_claims() {
    let clock = Arc::new(ManualClock::default());
    let store = postgres_store_with(clock.clone(), Arc::new(NullSink)).await;
    let fixture = postgres_fixture_of(&store, clock);
    fixture.submit_batch(JOBS).await;
    for turn in 0..CLAIMS {
        let claimed = match tokio::time::timeout(STEP * turn, fixture.claim(JOBS)).await {
            Ok(claimed) => claimed,
            Err(_) => {
                store.drain_claims().await;
                fixture.claim(JOBS).await
            }
        };
        assert_eq!(claimed.len(), JOBS, "turn {turn}");
        let released = claimed.into_iter().map(|job| EndedAttempt {
            lease: job.lease,
            result: AttemptResult::Released,
        });
        let answers = store.finish(released.collect()).await;
        assert!(
            answers
                .expect("the store is available")
                .iter()
                .all(Result::is_ok)
        );
    }
}
