use std::collections::VecDeque;

use odd_contracts::{TimeseriesWindow, Timestamp};

use super::sample::Sample;

/// The samples of one window, the maximum of each step. It never has more steps than the window.
#[derive(Debug)]
pub(super) struct Ring {
    window: TimeseriesWindow,
    /// The newest step: the number of steps since the epoch.
    newest: i64,
    /// Consecutive steps, oldest first; the last one is the newest. Absent where nothing was sampled.
    steps: VecDeque<Option<Sample>>,
}

impl Ring {
    pub(super) fn new(window: TimeseriesWindow) -> Self {
        Self {
            window,
            newest: i64::MIN,
            steps: VecDeque::new(),
        }
    }

    /// Adds a sample. One that is older than the newest step is ignored: the clock was set back.
    pub(super) fn record(&mut self, at: Timestamp, sample: Sample) {
        let step = self.step_of(at);
        if self.steps.is_empty() {
            self.newest = step;
            self.steps.push_back(None);
        }
        let Ok(skipped) = usize::try_from(step.saturating_sub(self.newest)) else {
            return;
        };
        let length = self.length();
        self.steps
            .extend(std::iter::repeat_n(None, skipped.min(length)));
        self.newest = step;
        while self.steps.len() > length {
            self.steps.pop_front();
        }
        if let Some(newest) = self.steps.back_mut() {
            *newest = Some(newest.map_or(sample, |earlier| earlier.max(sample)));
        }
    }

    /// Returns the start of each step of the window that ends at `now`, oldest first, and its sample.
    pub(super) fn points(
        &self,
        now: Timestamp,
    ) -> impl DoubleEndedIterator<Item = (Timestamp, Option<Sample>)> {
        let last = self.step_of(now);
        let first = last - i64::from(self.window.points()) + 1;
        (first..=last).map(move |step| {
            let start = step.saturating_mul(self.step_micros());
            (Timestamp::from_micros(start), self.sample(step))
        })
    }

    fn sample(&self, step: i64) -> Option<Sample> {
        let age = usize::try_from(self.newest.checked_sub(step)?).ok()?;
        let index = self.steps.len().checked_sub(age + 1)?;
        self.steps[index]
    }

    fn length(&self) -> usize {
        self.window.points() as usize
    }

    fn step_micros(&self) -> i64 {
        i64::from(self.window.step_seconds()) * 1_000_000
    }

    fn step_of(&self, at: Timestamp) -> i64 {
        at.as_micros().div_euclid(self.step_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn depth(depth: u64) -> Sample {
        Sample {
            depth,
            ..Sample::EMPTY
        }
    }

    /// The last steps before `now`, in seconds, oldest first.
    fn depths(ring: &Ring, now: i64, count: usize) -> Vec<Option<u64>> {
        let points = ring.points(at(now)).rev().take(count);
        let mut depths: Vec<_> = points
            .map(|(_, sample)| sample.map(|sample| sample.depth))
            .collect();
        depths.reverse();
        depths
    }

    #[test]
    fn step_has_the_largest_sample_and_gaps_are_absent() {
        let mut ring = Ring::new(TimeseriesWindow::QuarterHour);
        for (seconds, jobs) in [(1_003, 5), (1_009, 7), (1_008, 6), (1_031, 1), (1_015, 99)] {
            ring.record(at(seconds), depth(jobs));
        }
        assert_eq!(
            depths(&ring, 1_049, 6),
            [None, Some(7), None, None, Some(1), None],
            "the sample that was too old is ignored"
        );
        let points: Vec<_> = ring.points(at(1_049)).collect();
        assert_eq!(points.len(), 90);
        assert_eq!(points[89].0, at(1_040));
    }

    #[test]
    fn ring_keeps_no_more_than_its_window() {
        for window in TimeseriesWindow::ALL {
            let mut ring = Ring::new(window);
            let step = i64::from(window.step_seconds());
            let points = i64::from(window.points());
            for index in 0..3 * points {
                ring.record(at(index * step), depth(1));
            }
            let kept = ring.points(at((3 * points - 1) * step));
            assert!(kept.into_iter().all(|(_, sample)| sample.is_some()));
            assert_eq!(ring.steps.len(), window.points() as usize);
            ring.record(at(i64::MAX / 1_000_000), depth(1));
            assert_eq!(ring.steps.len(), window.points() as usize);
            assert_eq!(ring.steps.iter().flatten().count(), 1, "{window}");
        }
    }

    #[test]
    fn empty_ring_has_a_window_of_absent_samples() {
        let ring = Ring::new(TimeseriesWindow::Hour);
        assert!(depths(&ring, 1_000, 60).iter().all(Option::is_none));
    }
}
