//! How many jobs to claim at a time.
//!
//! A claim requests as many jobs as there are free slots. When all jobs of a claim ended without waiting, the limit was
//! not the slots but the round trip to the store: the next claim may be twice as large, up to [`LARGEST`]. As soon as a job
//! waits for something, claims are limited to the free slots again.

/// Largest number of jobs in a claim.
const LARGEST: usize = 2_048;

/// Claims only grow while all jobs of a claim end within this time.
const QUICK: std::time::Duration = std::time::Duration::from_millis(5);

/// The size of the next claim.
#[derive(Debug)]
pub(crate) struct ClaimSize {
    quick: usize,
}

impl ClaimSize {
    pub(crate) fn new() -> Self {
        Self { quick: 0 }
    }

    /// Returns how many jobs to request when `free` slots are free.
    pub(crate) fn next(&self, free: usize) -> usize {
        free.max(self.quick)
    }

    /// Returns `true` if claims have grown beyond the free slots.
    pub(crate) fn is_grown(&self) -> bool {
        self.quick > 0
    }

    /// Learns from a claim that requested `requested` jobs and returned `claimed`. `took` is how long they ran, if none of
    /// them waited.
    pub(crate) fn learn(
        &mut self,
        requested: usize,
        claimed: usize,
        took: Option<std::time::Duration>,
    ) {
        match took {
            Some(took) if took <= QUICK => {
                if claimed == requested {
                    self.quick = (requested * 2).min(LARGEST);
                }
            }
            _ => self.quick = 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SOON: Option<Duration> = Some(Duration::from_micros(100));

    #[test]
    fn full_quick_claims_double_up_to_the_limit() {
        let mut size = ClaimSize::new();
        for expected in [32, 64, 128, 256, 512, 1_024, 2_048, 2_048] {
            assert_eq!(size.next(32), expected);
            size.learn(expected, expected, SOON);
        }
    }

    #[test]
    fn a_waiting_job_limits_claims_to_the_free_slots() {
        let mut size = ClaimSize::new();
        size.learn(32, 32, SOON);
        size.learn(64, 64, None);
        assert_eq!(size.next(5), 5);
    }

    #[test]
    fn slow_claims_do_not_grow() {
        let mut size = ClaimSize::new();
        size.learn(32, 32, Some(Duration::from_secs(1)));
        assert_eq!(size.next(32), 32);
    }

    #[test]
    fn claims_that_are_not_filled_do_not_grow() {
        let mut size = ClaimSize::new();
        size.learn(32, 3, SOON);
        assert_eq!(size.next(32), 32);
    }
}
