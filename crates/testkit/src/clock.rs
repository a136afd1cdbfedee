use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::Clock;

/// A clock that only a test advances.
#[derive(Debug)]
pub struct ManualClock {
    micros: AtomicI64,
}

impl ManualClock {
    /// Creates a clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self {
            micros: AtomicI64::new(start.as_micros()),
        }
    }

    /// Advances the clock by `by`.
    ///
    /// # Panics
    /// If the result is outside the range of timestamps.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).expect("within the range of timestamps");
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// Starts at 2030-01-01T00:00:00Z.
    fn default() -> Self {
        Self::new(Timestamp::from_micros(1_893_456_000_000_000))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }
}
