use std::time::{Duration, Instant};

const FIRST_INTERVAL: Duration = Duration::from_secs(1);
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);

/// A rate limit for messages about something that is retried: the first failure is reported at once, later ones at
/// doubling intervals, up to one a minute.
#[derive(Debug, Default)]
pub(crate) struct RetryNotices {
    outage: Option<Outage>,
}

#[derive(Debug)]
struct Outage {
    began: Instant,
    next_notice: Instant,
    interval: Duration,
}

impl RetryNotices {
    /// Records a failure; returns `true` when it is to be reported.
    pub(crate) fn failed(&mut self, now: Instant) -> bool {
        let outage = self.outage.get_or_insert(Outage {
            began: now,
            next_notice: now,
            interval: FIRST_INTERVAL,
        });
        if now < outage.next_notice {
            return false;
        }
        outage.next_notice = now + outage.interval;
        outage.interval = (outage.interval * 2).min(LONGEST_INTERVAL);
        true
    }

    /// Ends the outage, if there is one; returns how long it lasted, to be reported.
    pub(crate) fn recovered(&mut self, now: Instant) -> Option<Duration> {
        self.outage.take().map(|outage| now - outage.began)
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
        assert!(notices.failed(at(201)), "a new outage is reported at once");
    }
}
