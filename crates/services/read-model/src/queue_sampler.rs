use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{ErrorChain, StoreError};

use crate::history::Samples;
use crate::state::AppState;

/// Time between two samples: the shortest step of a time series.
const SAMPLE_EVERY_MS: u64 = 10_000;

/// Samples the queues into the history of `app` until dropped: now, then in the middle of each step, so that small delays
/// leave no step without a sample.
pub(crate) async fn sample_queues(app: AppState) {
    let mut failures: u64 = 0;
    loop {
        match sample(&app).await {
            Ok(()) if failures > 0 => {
                tracing::info!(failures, "queues are sampled again");
                failures = 0;
            }
            Ok(()) => {}
            Err(error) => {
                failures += 1;
                if failures.is_power_of_two() {
                    tracing::warn!(
                        error = %ErrorChain(&error), failures,
                        "failed to sample the queues; their history has a gap"
                    );
                }
            }
        }
        tokio::time::sleep(until_next(app.now())).await;
    }
}

async fn sample(app: &AppState) -> Result<(), StoreError> {
    let reading =
        async { tokio::try_join!(app.ports.views.snapshot(), app.ports.jobs.queue_depths()) };
    let limit = Duration::from_millis(SAMPLE_EVERY_MS);
    let (snapshot, depths) = tokio::time::timeout(limit, reading)
        .await
        .map_err(|late| StoreError::unavailable("a back end did not answer in time", late))??;
    let as_of = app.freshness.as_of(&snapshot).await;
    let now = app.now();
    app.queue_history
        .record(now, &Samples::of(&snapshot, depths, now), as_of);
    Ok(())
}

/// Returns the time until the next middle of a step.
fn until_next(now: Timestamp) -> Duration {
    const STEP_MICROS: u64 = SAMPLE_EVERY_MS * 1_000;
    let past = now
        .as_micros()
        .rem_euclid(STEP_MICROS as i64)
        .unsigned_abs();
    let wait = match STEP_MICROS / 2 {
        middle if past < middle => middle - past,
        middle => STEP_MICROS + middle - past,
    };
    Duration::from_micros(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_taken_in_the_middle_of_steps() {
        for (now_millis, wait_millis) in [(0, 5_000), (4_999, 1), (5_000, 10_000), (9_999, 5_001)] {
            let now = Timestamp::from_micros(1_000_000_000 + now_millis * 1_000);
            assert_eq!(until_next(now), Duration::from_millis(wait_millis));
        }
    }
}
