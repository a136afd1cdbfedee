use std::time::Duration;

use tokio::time::{Instant, sleep};

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Multiples of its duration after which a measurement is repeated.
const PAUSE_FACTOR: u32 = 100;

/// Longest pause after a measurement of up to six seconds, so that its gauge is not out of date for minutes.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Multiples of its duration after which even a slower measurement is repeated: it runs for a tenth of the time at most.
const LEAST_PAUSE_FACTOR: u32 = 10;

/// Repeats a measurement that takes longer the more there is to count, with pauses that keep it from occupying the store.
/// `measure` returns `false` if it failed; it is then repeated sooner, because its gauge is soon out of date. Runs until
/// dropped.
pub(crate) async fn repeat_costly<F>(measure: impl Fn() -> F)
where
    F: Future<Output = bool>,
{
    loop {
        let began = Instant::now();
        let succeeded = measure().await;
        sleep(pause(began.elapsed(), succeeded)).await;
    }
}

fn pause(took: Duration, succeeded: bool) -> Duration {
    match succeeded {
        true => (took * PAUSE_FACTOR)
            .clamp(MEASURE_EVERY, LONGEST_PAUSE)
            .max(took * LEAST_PAUSE_FACTOR),
        false => took.max(MEASURE_EVERY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_measurement_is_repeated_after_a_longer_pause() {
        for (took_ms, succeeded, expected_ms) in [
            (0, true, 5_000),
            (300, true, 30_000),
            (1_000, true, 60_000),
            (6_000, true, 60_000),
            (9_000, true, 90_000),
            (90_000, true, 900_000),
            (1_000, false, 5_000),
            (9_000, false, 9_000),
            (90_000, false, 90_000),
        ] {
            let took = Duration::from_millis(took_ms);
            assert_eq!(pause(took, succeeded), Duration::from_millis(expected_ms));
        }
    }
}
