//! How a process decides whether the server's clock was set or its own machine was suspended.

use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::ClockReading;
use odd_core::{ClockJump, JUMP_MICROS, SavedClock, StoreClock};

/// How long a process keeps its own time after the server's clock was set, until the leader has saved by how much. If no
/// leader does, the process saves it.
const WAIT_FOR_LEADER: Duration = Duration::from_secs(15);

/// The longest time since a process last agreed with the server's clock while any process does. If a process contradicts a
/// clock that was seen within this time, its own machine was suspended.
pub(crate) const SEEN_WITHIN_MICROS: i64 = 10_000_000;

/// Rounds of moving jobs after a jump, one second apart: transactions that were open at the jump commit later.
pub(crate) const MOVE_ROUNDS: u32 = 30;

/// The time of this process, and the offset that all processes share.
pub(crate) struct ProcessClock {
    pub(crate) clock: StoreClock,
    pub(crate) saved: SavedClock,
    /// When the server's clock first contradicted `clock`, by the machine's clock.
    pub(crate) contradicted_at: Option<Duration>,
    /// Further rounds in which this process moves jobs that wait for a time of the wall clock.
    pub(crate) move_rounds: u32,
}

/// What the server returned to one query.
pub(crate) struct Sample {
    pub(crate) reading: ClockReading,
    /// How long the query took.
    pub(crate) took: Duration,
    pub(crate) saved: SavedClock,
    pub(crate) seen_at: Timestamp,
}

/// What a process learns from one answer of the server.
#[derive(Debug)]
pub(crate) enum Observation {
    /// The clocks agree, or the process follows the server's clock now.
    Agrees,
    /// The clocks contradict each other; another process is to decide.
    Contradicts,
    /// The server's clock was set; this process is to save the clock after the jump.
    Jumped(Box<StoreClock>, ClockJump),
}

impl ProcessClock {
    /// Follows the server's clock.
    pub(crate) fn observe(&mut self, sample: &Sample, leads: bool) -> Observation {
        if sample.saved != self.saved {
            self.saved = sample.saved;
            return self.adopt(sample);
        }
        let mut clock = self.clock.clone();
        let Some(jump) = clock.advance(sample.reading) else {
            self.clock = clock;
            self.contradicted_at = None;
            return Observation::Agrees;
        };
        let uncertain_micros = i64::try_from(sample.took.as_micros()).unwrap_or(i64::MAX);
        if jump.by_micros.abs() < JUMP_MICROS.saturating_add(uncertain_micros) {
            return Observation::Contradicts;
        }
        let seen_ago = sample.reading.wall.as_micros() - sample.seen_at.as_micros();
        if (-JUMP_MICROS..SEEN_WITHIN_MICROS).contains(&seen_ago) {
            tracing::warn!(
                by_seconds = jump.seconds(),
                "this process follows the clock of the database, with which others agree: its machine was probably suspended"
            );
            return self.adopt(sample);
        }
        let now = sample.reading.elapsed;
        let since = *self.contradicted_at.get_or_insert(now);
        if leads || now.saturating_sub(since) >= WAIT_FOR_LEADER {
            return Observation::Jumped(Box::new(clock), jump);
        }
        Observation::Contradicts
    }

    /// Continues with the server's time.
    fn adopt(&mut self, sample: &Sample) -> Observation {
        self.clock = StoreClock::resume(sample.saved, None, sample.reading).0;
        self.contradicted_at = None;
        Observation::Agrees
    }

    /// Continues with a clock that was saved.
    pub(crate) fn follow(&mut self, clock: StoreClock) {
        self.saved = clock.saved();
        self.clock = clock;
        self.contradicted_at = None;
        self.move_rounds = MOVE_ROUNDS;
    }
}

#[cfg(test)]
mod tests {
    use odd_core::WallOffset;

    use super::*;

    const HOUR: i64 = 3_600_000_000;
    const SECOND: i64 = 1_000_000;

    /// Returns an answer at `wall`, `elapsed_s` after the start, when a process last agreed with the server at `seen`.
    fn sample(wall: i64, elapsed_s: u64, seen: i64, saved: SavedClock) -> Sample {
        let at = |micros| Timestamp::from_micros(100 * HOUR + micros);
        Sample {
            reading: ClockReading {
                wall: at(wall),
                elapsed: Duration::from_secs(elapsed_s),
            },
            took: Duration::ZERO,
            saved,
            seen_at: at(seen),
        }
    }

    fn state() -> ProcessClock {
        let start = sample(0, 0, 0, SavedClock::default());
        ProcessClock {
            clock: StoreClock::start(start.reading),
            saved: start.saved,
            contradicted_at: None,
            move_rounds: 0,
        }
    }

    fn steady(state: &ProcessClock, elapsed_s: u64) -> i64 {
        let now = state.clock.time_after(Duration::from_secs(elapsed_s));
        now.steady.as_micros() - 100 * HOUR
    }

    #[test]
    fn leader_saves_a_jump_and_others_adopt_it() {
        for set_by in [-HOUR, HOUR] {
            let (mut leader, mut other) = (state(), state());
            let jump = sample(set_by + SECOND, 1, 0, SavedClock::default());
            let Observation::Jumped(clock, by) = leader.observe(&jump, true) else {
                panic!("to be saved");
            };
            assert_eq!(by.by_micros, set_by);
            let waits = other.observe(&jump, false);
            assert!(matches!(waits, Observation::Contradicts), "{waits:?}");
            assert_eq!(steady(&other, 2), 2 * SECOND, "keeps its time");

            let saved = clock.saved();
            assert_eq!(saved.offset, WallOffset(set_by));
            leader.follow(*clock);
            let later = sample(set_by + 3 * SECOND, 3, set_by + SECOND, saved);
            for state in [&mut leader, &mut other] {
                assert!(matches!(state.observe(&later, false), Observation::Agrees));
                assert_eq!(steady(state, 4), 4 * SECOND);
                assert_eq!(state.clock.time().wall, later.reading.wall);
            }
        }
    }

    #[test]
    fn process_whose_machine_was_suspended_follows_the_server_at_once() {
        for leads in [false, true] {
            let mut state = state();
            let answer = sample(HOUR, 1, HOUR - 4 * SECOND, SavedClock::default());
            assert!(matches!(state.observe(&answer, leads), Observation::Agrees));
            assert_eq!(steady(&state, 1), HOUR);
        }
    }

    #[test]
    fn jump_that_no_leader_saves_is_saved_by_another_process() {
        let mut state = state();
        for second in 1..=15 {
            let passed = i64::try_from(second).expect("small") * SECOND;
            let answer = sample(HOUR + passed, second, 0, SavedClock::default());
            let waits = state.observe(&answer, false);
            assert!(matches!(waits, Observation::Contradicts), "{waits:?}");
            assert_eq!(steady(&state, second), passed);
        }
        let answer = sample(HOUR + 16 * SECOND, 16, 0, SavedClock::default());
        let observed = state.observe(&answer, false);
        assert!(matches!(observed, Observation::Jumped(..)), "{observed:?}");
    }

    #[test]
    fn slow_answer_is_no_jump() {
        let mut state = state();
        let slow = Sample {
            took: Duration::from_secs(3),
            ..sample(4 * SECOND, 1, 0, SavedClock::default())
        };
        assert!(matches!(
            state.observe(&slow, true),
            Observation::Contradicts
        ));
        assert_eq!(steady(&state, 2), 2 * SECOND);
    }

    #[test]
    fn small_corrections_are_followed() {
        let mut state = state();
        let answer = sample(1_400_000, 1, 0, SavedClock::default());
        assert!(matches!(state.observe(&answer, true), Observation::Agrees));
        assert_eq!(steady(&state, 2), 2_400_000);
    }
}
