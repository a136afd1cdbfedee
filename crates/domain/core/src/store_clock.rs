//! The clock of a store: how wall-clock time and the time of delays and leases relate.

use std::time::Duration;

use odd_contracts::Timestamp;

use crate::ports::ClockReading;

/// The difference, in microseconds, between the steps of the two clocks of a machine from which on the wall clock was set.
/// Smaller ones are corrections that delays and leases may follow.
pub const JUMP_MICROS: i64 = 1_000_000;

/// Jumps from which on old jobs are not removed for [`TRUST_AFTER_MICROS`], and the longest time that a store may be closed
/// without the same effect.
const DISTRUSTED_JUMP_MICROS: i64 = 60_000_000;
const DISTRUSTED_GAP_MICROS: i64 = 24 * 3_600_000_000;
const TRUST_AFTER_MICROS: i64 = 3_600_000_000;

/// The time of a change in a store.
///
/// Delays, leases and the order of ready jobs use [`steady`](Self::steady), which does not jump when the wall clock is set.
/// Everything that is shown, such as the times of events, uses [`wall`](Self::wall).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreTime {
    /// Wall-clock time.
    pub wall: Timestamp,
    /// Steady time. It equals the wall-clock time until the wall clock is set, and never decreases.
    pub steady: Timestamp,
}

impl StoreTime {
    /// Returns the time of a wall clock that was never set.
    pub const fn of(now: Timestamp) -> Self {
        Self {
            wall: now,
            steady: now,
        }
    }

    /// Returns this time, but with a wall-clock time that is not before `earliest`.
    #[must_use]
    pub fn not_before(self, earliest: Timestamp) -> Self {
        Self {
            wall: self.wall.max(earliest),
            ..self
        }
    }

    /// Returns by how much the wall clock is ahead.
    pub const fn offset(self) -> WallOffset {
        WallOffset(self.wall.as_micros() - self.steady.as_micros())
    }
}

/// By how much wall-clock time is ahead of steady time, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WallOffset(pub i64);

impl WallOffset {
    /// Converts steady time to wall-clock time.
    #[must_use]
    pub const fn to_wall(self, steady: Timestamp) -> Timestamp {
        Timestamp::from_micros(steady.as_micros().saturating_add(self.0))
    }

    /// Converts wall-clock time to steady time.
    #[must_use]
    pub const fn to_steady(self, wall: Timestamp) -> Timestamp {
        Timestamp::from_micros(wall.as_micros().saturating_sub(self.0))
    }
}

/// What a store keeps of its clock while it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SavedClock {
    /// The offset of the wall clock.
    pub offset: WallOffset,
    /// Steady time of the last jump after which the wall clock is not trusted for a while.
    pub distrusted_at: Option<Timestamp>,
}

/// The wall clock was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockJump {
    /// By how much it is ahead of where it would have been, in microseconds. Negative if it was set back.
    pub by_micros: i64,
}

impl ClockJump {
    /// Returns by how much the clock was set, in seconds.
    #[expect(clippy::cast_precision_loss, reason = "for people and metrics")]
    pub fn seconds(self) -> f64 {
        self.by_micros as f64 / 1e6
    }
}

/// Derives steady time from the two clocks of a machine, and notices when the wall clock is set.
///
/// ```
/// use std::time::Duration;
/// use odd_contracts::Timestamp;
/// use odd_core::StoreClock;
/// use odd_core::ports::ClockReading;
///
/// let at = |wall_s: i64, elapsed_s| ClockReading {
///     wall: Timestamp::from_micros(wall_s * 1_000_000),
///     elapsed: Duration::from_secs(elapsed_s),
/// };
/// let mut clock = StoreClock::start(at(10_000, 5));
/// assert_eq!(clock.advance(at(10_001, 6)), None);
///
/// let jump = clock.advance(at(6_402, 7)).expect("set back by an hour");
/// assert_eq!(jump.by_micros, -3_600_000_000);
/// assert_eq!(clock.time().wall, at(6_402, 0).wall);
/// assert_eq!(clock.time().steady, at(10_002, 0).wall);
/// ```
#[derive(Debug, Clone)]
pub struct StoreClock {
    last: ClockReading,
    steady: Timestamp,
    /// Of the last jump. While steady time waits for a wall clock that was set back by less, its offset is smaller.
    offset: WallOffset,
    distrusted_at: Option<Timestamp>,
}

impl StoreClock {
    /// Starts a clock whose steady time is the wall-clock time.
    pub const fn start(reading: ClockReading) -> Self {
        Self {
            steady: reading.wall,
            offset: WallOffset(0),
            last: reading,
            distrusted_at: None,
        }
    }

    /// Continues the clock of a store that was closed: the time since then counts as the wall clock shows it, but steady
    /// time does not fall behind that of `last_change`, the wall-clock time of the last change before.
    ///
    /// Returns a jump if the wall clock shows a time before the last change.
    pub fn resume(
        saved: SavedClock,
        last_change: Option<Timestamp>,
        reading: ClockReading,
    ) -> (Self, Option<ClockJump>) {
        let mut clock = Self {
            steady: saved.offset.to_steady(reading.wall),
            offset: saved.offset,
            last: reading,
            distrusted_at: saved.distrusted_at,
        };
        let Some(last_change) = last_change else {
            return (clock, None);
        };
        let closed_for = reading.wall.as_micros() - last_change.as_micros();
        let jump = (closed_for < 0).then(|| {
            clock.steady = saved.offset.to_steady(last_change);
            clock.offset = clock.time().offset();
            ClockJump {
                by_micros: closed_for,
            }
        });
        if !(-DISTRUSTED_JUMP_MICROS..=DISTRUSTED_GAP_MICROS).contains(&closed_for) {
            clock.distrusted_at = Some(clock.steady);
        }
        (clock, jump.filter(|jump| jump.by_micros <= -JUMP_MICROS))
    }

    /// Advances to a reading of the machine's clocks. Returns the jump if the wall clock was set since the last one.
    pub fn advance(&mut self, reading: ClockReading) -> Option<ClockJump> {
        let elapsed = reading.elapsed.saturating_sub(self.last.elapsed);
        let elapsed_micros = i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX);
        let by_micros = reading.wall.as_micros() - self.last.wall.as_micros() - elapsed_micros;
        self.last = reading;
        if by_micros.abs() < JUMP_MICROS {
            self.steady = self.steady.max(self.offset.to_steady(reading.wall));
            return None;
        }
        let steady = self.steady.as_micros().saturating_add(elapsed_micros);
        self.steady = Timestamp::from_micros(steady);
        self.offset = self.time().offset();
        if by_micros.abs() >= DISTRUSTED_JUMP_MICROS {
            self.distrusted_at = Some(self.steady);
        }
        Some(ClockJump { by_micros })
    }

    /// Returns the time of the last reading.
    pub const fn time(&self) -> StoreTime {
        StoreTime {
            wall: self.last.wall,
            steady: self.steady,
        }
    }

    /// Returns the time when the machine's steady clock shows `elapsed`, if no clock was set since the last reading.
    pub fn time_after(&self, elapsed: Duration) -> StoreTime {
        let passed = elapsed.saturating_sub(self.last.elapsed).as_micros();
        let passed = i64::try_from(passed).unwrap_or(i64::MAX);
        let after = |at: Timestamp| Timestamp::from_micros(at.as_micros().saturating_add(passed));
        StoreTime {
            wall: after(self.last.wall),
            steady: after(self.steady),
        }
    }

    /// Returns the time `reading`, without advancing to it.
    pub fn time_at(&self, reading: ClockReading) -> StoreTime {
        let mut clock = self.clone();
        clock.advance(reading);
        clock.time()
    }

    /// Returns what a store saves of the clock.
    pub const fn saved(&self) -> SavedClock {
        SavedClock {
            offset: self.offset,
            distrusted_at: self.distrusted_at,
        }
    }

    /// Returns `true` if jobs may be removed because the wall clock says that they are old: it did not jump far for an
    /// hour, and the store was not closed for a day or more within this hour.
    pub fn is_trusted(&self) -> bool {
        let is_over =
            |at: Timestamp| self.steady.as_micros() - at.as_micros() >= TRUST_AFTER_MICROS;
        self.distrusted_at.is_none_or(is_over)
    }
}
