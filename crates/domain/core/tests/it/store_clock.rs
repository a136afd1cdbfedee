//! Readings of the two clocks of a machine, and the time of a store that follows from them.

use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::ClockReading;
use odd_core::{SavedClock, StoreClock, StoreTime, WallOffset};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const START: i64 = 1_000 * DAY;

fn at(wall: i64, elapsed: i64) -> ClockReading {
    ClockReading {
        wall: Timestamp::from_micros(START + wall),
        elapsed: Duration::from_micros(u64::try_from(elapsed).expect("time passes")),
    }
}

fn time(wall: i64, steady: i64) -> StoreTime {
    StoreTime {
        wall: Timestamp::from_micros(START + wall),
        steady: Timestamp::from_micros(START + steady),
    }
}

#[test]
fn small_corrections_are_followed_and_jumps_are_not() {
    let mut clock = StoreClock::start(at(0, 0));
    assert_eq!(clock.advance(at(1_900_000, 1_000_000)), None);
    assert_eq!(clock.time(), time(1_900_000, 1_900_000));
    assert_eq!(clock.advance(at(1_500_000, 1_100_000)), None);
    assert_eq!(
        clock.time(),
        time(1_500_000, 1_900_000),
        "steady time waits"
    );

    let jump = clock.advance(at(HOUR, 2_100_000)).expect("a jump");
    assert_eq!(jump.by_micros, HOUR - 1_500_000 - 1_000_000);
    assert_eq!(clock.time(), time(HOUR, 2_900_000));
    assert_eq!(clock.advance(at(HOUR + 5, 2_100_005)), None);
    assert_eq!(clock.time(), time(HOUR + 5, 2_900_005));
}

#[test]
fn a_pause_of_the_process_is_no_jump() {
    let mut clock = StoreClock::start(at(0, 0));
    assert_eq!(clock.advance(at(3 * HOUR, 3 * HOUR)), None);
    assert_eq!(clock.time(), time(3 * HOUR, 3 * HOUR));
}

#[test]
fn an_estimate_does_not_advance_the_clock() {
    let clock = StoreClock::start(at(0, 0));
    assert_eq!(clock.time_at(at(-HOUR, 500)), time(-HOUR, 500));
    assert_eq!(clock.time_after(Duration::from_micros(500)), time(500, 500));
    assert_eq!(clock.time(), time(0, 0));
}

#[test]
fn far_jumps_are_distrusted_for_an_hour() {
    let mut clock = StoreClock::start(at(0, 0));
    clock.advance(at(5_000_000, 0)).expect("a jump");
    assert!(clock.is_trusted(), "five seconds");
    clock.advance(at(DAY, 0)).expect("a jump");
    assert!(!clock.is_trusted());
    assert_eq!(clock.advance(at(DAY + HOUR - 1, HOUR - 1)), None);
    assert!(!clock.is_trusted());
    assert_eq!(clock.advance(at(DAY + HOUR, HOUR)), None);
    assert!(clock.is_trusted());
}

#[test]
fn the_time_while_a_store_is_closed_counts() {
    let mut clock = StoreClock::start(at(0, 0));
    clock.advance(at(HOUR, 0)).expect("a jump");
    let saved = clock.saved();
    assert_eq!(saved.offset, WallOffset(HOUR));
    // The machine was started again: its steady clock starts from zero.
    let last_change = Some(at(HOUR, 0).wall);
    let (clock, jump) = StoreClock::resume(saved, last_change, at(HOUR + 60_000_000, 7));
    assert_eq!(
        (clock.time(), jump),
        (time(HOUR + 60_000_000, 60_000_000), None)
    );
    assert!(!clock.is_trusted(), "less than an hour after the jump");
}

#[test]
fn a_clock_that_was_set_back_while_the_store_was_closed_is_a_jump() {
    let last_change = Some(at(DAY, 0).wall);
    let (clock, jump) = StoreClock::resume(SavedClock::default(), last_change, at(HOUR, 0));
    assert_eq!(jump.expect("a jump").by_micros, HOUR - DAY);
    assert_eq!(
        clock.time(),
        time(HOUR, DAY),
        "delays continue from the last change"
    );
    assert!(!clock.is_trusted());
}

#[test]
fn a_store_that_was_closed_for_long_removes_nothing_at_first() {
    let resume = |closed_for| {
        let last_change = Some(at(0, 0).wall);
        StoreClock::resume(SavedClock::default(), last_change, at(closed_for, 0))
    };
    assert!(resume(DAY).0.is_trusted());
    let (mut clock, jump) = resume(DAY + 1);
    assert_eq!(jump, None);
    assert!(!clock.is_trusted());
    clock.advance(at(DAY + 1 + HOUR, HOUR));
    assert!(clock.is_trusted());
}

proptest! {
    #[test]
    fn steady_time_never_decreases_and_counts_the_time_that_passes(
        steps in proptest::collection::vec((0_i64..10_000_000, -2 * DAY..2 * DAY), 1..50),
    ) {
        let mut clock = StoreClock::start(at(100 * DAY, 0));
        let (mut wall, mut elapsed) = (100 * DAY, 0);
        for (passed, set_by) in steps {
            let before = clock.time();
            wall += passed + set_by;
            elapsed += passed;
            let jump = clock.advance(at(wall, elapsed));
            let after = clock.time();
            prop_assert_eq!(after.wall, at(wall, 0).wall);
            prop_assert!(after.steady >= before.steady);
            if let Some(jump) = jump {
                prop_assert_eq!(jump.by_micros, set_by);
                prop_assert_eq!(after.steady.as_micros() - before.steady.as_micros(), passed);
            }
        }
    }
}
