use odd_contracts::Timestamp;
use tokio::time::Instant;

/// The times of samples and evaluations. They begin with the wall clock and advance with a monotonic clock, so that a step of the
/// wall clock neither stops an alert nor makes it fire.
#[derive(Debug)]
pub(super) struct Timeline {
    start_ms: i64,
    started: Instant,
}

/// A time of the timeline, and the wall clock at the same moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) at_ms: i64,
    pub(super) wall: Timestamp,
}

impl Timeline {
    /// Begins now.
    pub(super) fn start(wall: Timestamp) -> Self {
        Self {
            start_ms: wall.as_micros() / 1_000,
            started: Instant::now(),
        }
    }

    /// Returns this moment. `wall` is the wall clock.
    pub(super) fn now(&self, wall: Timestamp) -> Moment {
        let elapsed_ms = self.started.elapsed().as_millis();
        let elapsed_ms = i64::try_from(elapsed_ms).unwrap_or(i64::MAX);
        Moment {
            at_ms: self.start_ms.saturating_add(elapsed_ms),
            wall,
        }
    }
}

impl Moment {
    /// Returns what the wall clock would have shown at an earlier time of the timeline if it had not been changed since.
    pub(super) fn wall_at(self, earlier_ms: i64) -> Timestamp {
        let age_ms = self.at_ms.saturating_sub(earlier_ms);
        self.wall.minus_millis(u64::try_from(age_ms).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn timeline_advances_while_the_wall_clock_steps() {
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
        let timeline = Timeline::start(at(10_000));
        tokio::time::advance(Duration::from_secs(5)).await;
        for wall in [at(10_005), at(0), at(99_999)] {
            let moment = timeline.now(wall);
            assert_eq!(moment.at_ms, 10_005_000);
            assert_eq!(moment.wall_at(moment.at_ms), wall);
        }
        assert_eq!(timeline.now(at(6_000)).wall_at(10_001_000), at(5_996));
    }
}
