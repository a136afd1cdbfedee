use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Pause before the next claim after the first report; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Time between claims until they have their full size again, in which the jobs of the last one can report a shortage.
const STEP: Duration = Duration::from_millis(200);

/// Slows down claiming while this machine lacks descriptors, processes or memory: claims pause, then begin again with one job,
/// and double while nothing is short.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    state: Mutex<Option<Slowdown>>,
}

#[derive(Debug, Clone, Copy)]
struct Slowdown {
    paused_until: Instant,
    pause: Duration,
    next_claim_at: Instant,
    /// Largest size of the next claim.
    limit: usize,
    has_claimed: bool,
}

impl Throttle {
    /// Notes that an attempt could not run for lack of a resource. Returns the pause that this begins; `None` during a pause,
    /// as the other jobs of a claim report the same shortage.
    pub(crate) fn report_shortage(&self) -> Option<Duration> {
        let now = Instant::now();
        let mut state = self.lock();
        let pause = match &*state {
            Some(slow) if now < slow.paused_until => return None,
            // Nothing ran since the last pause.
            Some(slow) if slow.limit == 1 => (slow.pause * 2).min(LONGEST_PAUSE),
            _ => FIRST_PAUSE,
        };
        *state = Some(Slowdown {
            paused_until: now + pause,
            pause,
            next_claim_at: now + pause,
            limit: 1,
            has_claimed: false,
        });
        Some(pause)
    }

    /// Waits until the next claim may be made. Returns the largest number of jobs that it may request, at most `size`.
    pub(crate) async fn admit(&self, size: usize) -> usize {
        loop {
            match self.try_admit(size) {
                Ok(limit) => return limit,
                Err(next_claim_at) => sleep_until(next_claim_at).await,
            }
        }
    }

    /// Notes that a claim returned jobs.
    pub(crate) fn note_claim(&self) {
        if let Some(slow) = &mut *self.lock() {
            slow.has_claimed = true;
            slow.next_claim_at = slow.next_claim_at.max(Instant::now() + STEP);
        }
    }

    fn try_admit(&self, size: usize) -> Result<usize, Instant> {
        let mut state = self.lock();
        let Some(slow) = &mut *state else {
            return Ok(size);
        };
        if Instant::now() < slow.next_claim_at {
            return Err(slow.next_claim_at);
        }
        if slow.has_claimed {
            // The last claim reported no shortage, or it would be a new slowdown.
            slow.has_claimed = false;
            slow.limit *= 2;
        }
        if slow.limit >= size {
            *state = None;
            return Ok(size);
        }
        Ok(slow.limit)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Slowdown>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn paused_for(throttle: &Throttle, size: usize) -> (Duration, usize) {
        let begun = Instant::now();
        let limit = throttle.admit(size).await;
        (begun.elapsed(), limit)
    }

    #[tokio::test(start_paused = true)]
    async fn claims_begin_again_with_one_job_and_double() {
        let throttle = Throttle::default();
        assert_eq!(paused_for(&throttle, 10).await, (Duration::ZERO, 10));
        assert_eq!(throttle.report_shortage(), Some(FIRST_PAUSE));
        assert_eq!(throttle.report_shortage(), None);
        assert_eq!(paused_for(&throttle, 10).await, (FIRST_PAUSE, 1));
        for limit in [2, 4, 8, 10] {
            throttle.note_claim();
            assert_eq!(paused_for(&throttle, 10).await, (STEP, limit));
        }
        throttle.note_claim();
        assert_eq!(paused_for(&throttle, 10).await, (Duration::ZERO, 10));
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_double_while_not_even_one_job_can_run() {
        let throttle = Throttle::default();
        let mut pauses = Vec::new();
        for _ in 0..9 {
            pauses.extend(throttle.report_shortage());
            throttle.admit(10).await;
            throttle.note_claim();
        }
        let expected = [
            500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
        ];
        assert_eq!(pauses, expected.map(Duration::from_millis));
    }

    #[tokio::test(start_paused = true)]
    async fn claims_without_jobs_do_not_grow() {
        let throttle = Throttle::default();
        throttle.report_shortage();
        assert_eq!(throttle.admit(10).await, 1);
        assert_eq!(throttle.admit(10).await, 1);
    }
}
