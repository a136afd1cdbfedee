use std::time::Duration;

use odd_contracts::Timestamp;

/// The longest time between the two halves of a [`ClockReading`] that is accepted.
const LONGEST_READING: Duration = Duration::from_millis(5);

/// Readings after which one that took too long is used.
const READINGS: usize = 4;

/// A source of time.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current wall-clock time. It can be set, so it may jump in both directions.
    fn now(&self) -> Timestamp;

    /// Returns the time since a fixed point in the past, from a clock that cannot be set.
    fn elapsed(&self) -> Duration;

    /// Returns both times, read together.
    fn read(&self) -> ClockReading {
        let mut before = self.elapsed();
        for _ in 0..READINGS {
            let wall = self.now();
            let elapsed = self.elapsed();
            // If the process was paused in between, the two times do not belong together.
            if elapsed.saturating_sub(before) <= LONGEST_READING {
                return ClockReading { wall, elapsed };
            }
            before = elapsed;
        }
        ClockReading {
            wall: self.now(),
            elapsed: before,
        }
    }
}

/// The two times of a [`Clock`] at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// Wall-clock time.
    pub wall: Timestamp,
    /// Time since the clock's fixed point.
    pub elapsed: Duration,
}

/// The clocks of the machine. On Linux, the time in which the machine was suspended counts as elapsed
/// (`CLOCK_BOOTTIME`); on other systems it depends on [`std::time::Instant`].
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }

    #[cfg(target_os = "linux")]
    fn elapsed(&self) -> Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Duration::try_from(time).unwrap_or_default()
    }

    #[cfg(not(target_os = "linux"))]
    fn elapsed(&self) -> Duration {
        use std::sync::LazyLock;
        use std::time::Instant;

        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}
