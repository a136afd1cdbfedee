use std::time::{Duration, Instant};

const SHORTEST_INTERVAL: Duration = Duration::from_secs(60);
const LONGEST_INTERVAL: Duration = Duration::from_secs(600);

/// Limits the rate of warnings about a collector that does not accept spans. One warning at the first failure, then at doubling
/// intervals from 1 to 10 minutes; one line at the end. Never more than one warning a minute: an outage that follows too soon
/// after a warning is reported after that minute, or not at all if it ended before. Its spans count for the next warning.
#[derive(Debug)]
pub(super) struct RetryNotices {
    warned_at: Option<Instant>,
    /// Time from the last warning to the next.
    interval: Duration,
    /// Whether there was a warning about the current outage.
    is_reported: bool,
    /// Spans that were dropped and are in no notice yet.
    dropped: u64,
}

impl Default for RetryNotices {
    fn default() -> Self {
        Self {
            warned_at: None,
            interval: SHORTEST_INTERVAL,
            is_reported: false,
            dropped: 0,
        }
    }
}

impl RetryNotices {
    /// Counts dropped spans. Returns how many were dropped since the last notice, if a warning is due.
    pub(super) fn failed(&mut self, now: Instant, spans: u64) -> Option<u64> {
        self.dropped += spans;
        let is_too_soon = |at| now.duration_since(at) < self.interval;
        if self.warned_at.is_some_and(is_too_soon) {
            return None;
        }
        if self.is_reported {
            self.interval = (self.interval * 2).min(LONGEST_INTERVAL);
        }
        self.warned_at = Some(now);
        self.is_reported = true;
        Some(std::mem::take(&mut self.dropped))
    }

    /// Notes a success. If there was a warning about the outage before, returns how many spans were dropped since then.
    pub(super) fn succeeded(&mut self) -> Option<u64> {
        self.interval = SHORTEST_INTERVAL;
        let was_reported = std::mem::take(&mut self.is_reported);
        was_reported.then(|| std::mem::take(&mut self.dropped))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_outage_is_reported_at_growing_intervals_with_the_number_of_spans() {
        let mut notices = RetryNotices::default();
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let reported: Vec<_> = (0..500)
            .filter_map(|second| Some((second, notices.failed(at(second), 2)?)))
            .collect();
        assert_eq!(reported, [(0, 2), (60, 120), (180, 240), (420, 480)]);
        assert_eq!(notices.succeeded(), Some(158));
        assert_eq!(notices.succeeded(), None);
        assert_eq!(notices.failed(at(501), 1), Some(1));
    }

    #[test]
    fn collector_that_fails_again_and_again_costs_one_warning_a_minute() {
        let mut notices = RetryNotices::default();
        let begin = Instant::now();
        let (mut warnings, mut recoveries) = (Vec::new(), Vec::new());
        for second in 0..150 {
            let now = begin + Duration::from_secs(second);
            match second % 2 {
                0 => warnings.extend(notices.failed(now, 1).map(|dropped| (second, dropped))),
                _ => recoveries.extend(notices.succeeded().map(|dropped| (second, dropped))),
            }
        }
        assert_eq!(warnings, [(0, 1), (60, 30), (120, 30)]);
        assert_eq!(recoveries, [(1, 0), (61, 0), (121, 0)]);
    }
}
