use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::Clock;
use odd_core::ports::ClockReading;

/// A clock that only a test advances.
#[derive(Debug)]
pub struct ManualClock {
    reading: Mutex<ClockReading>,
}

impl ManualClock {
    /// Creates a clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self {
            reading: Mutex::new(ClockReading {
                wall: start,
                elapsed: Duration::ZERO,
            }),
        }
    }

    /// Advances the clock by `by`.
    ///
    /// # Panics
    /// If the result is outside the range of timestamps.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).expect("within the range of timestamps");
        let mut reading = self.lock();
        reading.elapsed += by;
        reading.wall = Timestamp::from_micros(reading.wall.as_micros() + micros);
    }

    /// Sets the wall clock ahead by `seconds`, or back if that is negative. No time passes.
    pub fn set_wall_clock_by(&self, seconds: i64) {
        let mut reading = self.lock();
        reading.wall = Timestamp::from_micros(reading.wall.as_micros() + seconds * 1_000_000);
    }

    fn lock(&self) -> MutexGuard<'_, ClockReading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.lock().wall
    }

    fn elapsed(&self) -> Duration {
        self.lock().elapsed
    }

    fn read(&self) -> ClockReading {
        *self.lock()
    }
}
