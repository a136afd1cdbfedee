//! How many jobs to claim at a time.
//!
//! A claim takes as many jobs as there are free places. When all jobs of a claim ended without ever waiting, the
//! places were never the limit, the round trip to the store was: the next claim may be twice as large, up to
//! [`LARGEST`]. As soon as a job waits for something, claims are bound to the free places again.

/// Jobs in a claim at most.
const LARGEST: usize = 2_048;

/// A larger claim is only tried while whole claims are done within this time.
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

    /// How many to ask for when `free` places are free.
    pub(crate) fn next(&self, free: usize) -> usize {
        free.max(self.quick)
    }

    /// Whether claims have grown beyond the free places.
    pub(crate) fn is_grown(&self) -> bool {
        self.quick > 0
    }

    /// Learns from a claim of `asked` jobs of which `claimed` came, and took `took` to run when none of them waited.
    pub(crate) fn learn(
        &mut self,
        asked: usize,
        claimed: usize,
        took: Option<std::time::Duration>,
    ) {
        match took {
            Some(took) if took <= QUICK => {
                if claimed == asked {
                    self.quick = (asked * 2).min(LARGEST);
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
    fn full_quick_claims_grow_up_to_a_bound() {
        let mut size = ClaimSize::new();
        for expected in [32, 64, 128, 256, 512, 1_024, 2_048, 2_048] {
            assert_eq!(size.next(32), expected);
            size.learn(expected, expected, SOON);
        }
    }

    #[test]
    fn one_waiting_job_binds_claims_to_the_free_places() {
        let mut size = ClaimSize::new();
        size.learn(32, 32, SOON);
        size.learn(64, 64, None);
        assert_eq!(size.next(5), 5);
    }

    #[test]
    fn claims_that_take_long_do_not_grow() {
        let mut size = ClaimSize::new();
        size.learn(32, 32, Some(Duration::from_secs(1)));
        assert_eq!(size.next(32), 32);
    }

    #[test]
    fn claims_that_find_little_do_not_grow() {
        let mut size = ClaimSize::new();
        size.learn(32, 3, SOON);
        assert_eq!(size.next(32), 32);
    }
}
