use std::time::{Duration, Instant};

use odd_client::STABLE_AFTER;

const FIRST_INTERVAL: Duration = Duration::from_secs(1);
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);

/// A rate limit for messages about something that is retried: the first failure is reported at once, later ones at
/// doubling intervals, up to one a minute. A recovery is reported when the failure before it was. A failure
/// within [`STABLE_AFTER`] of a recovery continues the same outage, so that a connection which breaks again and again is
/// reported at growing intervals too.
#[derive(Debug, Default)]
pub(crate) struct RetryNotices {
    outage: Option<Outage>,
}

#[derive(Debug)]
struct Outage {
    next_notice: Instant,
    interval: Duration,
    /// The first failure since the last recovery.
    failing_since: Instant,
    /// Whether one of the failures since then was reported.
    is_reported: bool,
    recovered_at: Option<Instant>,
}

impl Outage {
    fn begin(now: Instant) -> Self {
        Self {
            next_notice: now,
            interval: FIRST_INTERVAL,
            failing_since: now,
            is_reported: false,
            recovered_at: None,
        }
    }
}

impl RetryNotices {
    /// Records a failure; returns `true` when it is to be reported.
    pub(crate) fn failed(&mut self, now: Instant) -> bool {
        let is_stable = |outage: &Outage| {
            let recovered_at = outage.recovered_at;
            recovered_at.is_some_and(|at| now - at >= STABLE_AFTER)
        };
        self.outage.take_if(|outage| is_stable(outage));
        let outage = self.outage.get_or_insert_with(|| Outage::begin(now));
        if outage.recovered_at.take().is_some() {
            outage.failing_since = now;
        }
        if now < outage.next_notice {
            return false;
        }
        outage.next_notice = now + outage.interval;
        outage.interval = (outage.interval * 2).min(LONGEST_INTERVAL);
        outage.is_reported = true;
        true
    }

    /// Records a recovery; returns how long the failures lasted when that is to be reported.
    pub(crate) fn recovered(&mut self, now: Instant) -> Option<Duration> {
        let outage = self.outage.as_mut()?;
        if outage.recovered_at.is_some() {
            return None;
        }
        outage.recovered_at = Some(now);
        std::mem::take(&mut outage.is_reported).then(|| now - outage.failing_since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_reported_at_growing_intervals() {
        let mut notices = RetryNotices::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let reported: Vec<u64> = (0..200).filter(|now| notices.failed(at(*now))).collect();
        assert_eq!(reported, [0, 1, 3, 7, 15, 31, 63, 123, 183]);
        assert_eq!(notices.recovered(at(200)), Some(Duration::from_secs(200)));
        assert_eq!(notices.recovered(at(201)), None);
        assert!(notices.failed(at(211)), "a new outage is reported at once");
    }

    #[test]
    fn connection_that_breaks_again_and_again_is_reported_at_growing_intervals() {
        let mut notices = RetryNotices::default();
        let start = Instant::now();
        let mut reported = Vec::new();
        // It breaks every 200 ms, and is connected again 100 ms later.
        for ms in (0..60_000).step_by(200) {
            let at = |ms| start + Duration::from_millis(ms);
            let is_failure_reported = notices.failed(at(ms));
            let recovered = notices.recovered(at(ms + 100));
            assert_eq!(is_failure_reported, recovered.is_some());
            if let Some(outage) = recovered {
                assert_eq!(outage, Duration::from_millis(100));
                reported.push(ms / 1_000);
            }
        }
        assert_eq!(reported, [0, 1, 3, 7, 15, 31]);
    }
}
