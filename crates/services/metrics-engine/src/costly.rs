use std::time::Duration;

use tokio::time::{Instant, sleep};

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Multiples of its duration after which a measurement is repeated.
const PAUSE_FACTOR: u32 = 100;

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
    let pause = match succeeded {
        true => took * PAUSE_FACTOR,
        false => took,
    };
    pause.max(MEASURE_EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_measurement_is_repeated_after_a_longer_pause() {
        for (took, succeeded, expected) in
            [(0, true, 5), (1, true, 100), (1, false, 5), (9, false, 9)]
        {
            let took = Duration::from_secs(took);
            assert_eq!(pause(took, succeeded), Duration::from_secs(expected));
        }
    }
}
