use std::time::{Duration, Instant};

const FIRST_INTERVAL: Duration = Duration::from_secs(10);
const LONGEST_INTERVAL: Duration = Duration::from_secs(600);

/// Limits the rate of warnings about a collector that does not accept spans: the first failure is reported at once, later
/// ones at doubling intervals, until an export succeeds.
#[derive(Debug, Default)]
pub(super) struct RetryNotices {
    last: Option<Notice>,
}

#[derive(Debug)]
struct Notice {
    at: Instant,
    interval: Duration,
    /// Spans that were dropped since then.
    dropped: usize,
}

impl RetryNotices {
    /// Counts spans that were not exported. Returns how many were not since the last warning, if another one is due.
    pub(super) fn failed(&mut self, now: Instant, spans: usize) -> Option<usize> {
        let Some(last) = &mut self.last else {
            self.last = Some(Notice {
                at: now,
                interval: FIRST_INTERVAL,
                dropped: 0,
            });
            return Some(spans);
        };
        last.dropped += spans;
        if now.duration_since(last.at) < last.interval {
            return None;
        }
        last.at = now;
        last.interval = (last.interval * 2).min(LONGEST_INTERVAL);
        Some(std::mem::take(&mut last.dropped))
    }

    /// Notes a success. Returns `true` if failures came before.
    pub(super) fn succeeded(&mut self) -> bool {
        self.last.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_reported_at_growing_intervals_with_their_number() {
        let mut notices = RetryNotices::default();
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let reported: Vec<_> = (0..100)
            .filter_map(|second| Some((second, notices.failed(at(second), 2)?)))
            .collect();
        assert_eq!(reported, [(0, 2), (10, 20), (30, 40), (70, 80)]);
        assert!(notices.succeeded());
        assert!(!notices.succeeded());
        assert_eq!(notices.failed(at(101), 1), Some(1));
    }
}
