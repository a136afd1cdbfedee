//! When a process that ended is restarted: exponential back-off with a limit.

use std::time::{Duration, Instant};

/// The delay after the first failure.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// The delay doubles with every further failure, up to this one.
const MAX_DELAY: Duration = Duration::from_secs(30);
/// A process that ran for this long has recovered: its next failure counts as the first.
const STABLE_AFTER: Duration = Duration::from_secs(60);

/// The restarts of one process. It reads no clock: callers pass the time.
#[derive(Debug)]
pub(crate) struct RestartPolicy {
    started_at: Instant,
    /// Failures in a row.
    failures: u32,
    restart_at: Option<Instant>,
}

impl RestartPolicy {
    /// Describes a process that has started without a failure.
    pub(crate) const fn new(started_at: Instant) -> Self {
        Self {
            started_at,
            failures: 0,
            restart_at: None,
        }
    }

    /// Records that the process ended, or that its restart failed. Returns the delay until the next restart.
    pub(crate) fn record_failure(&mut self, now: Instant) -> Duration {
        if now.saturating_duration_since(self.started_at) >= STABLE_AFTER {
            self.failures = 0;
        }
        let factor = 2_u32.saturating_pow(self.failures);
        let delay = FIRST_DELAY.saturating_mul(factor).min(MAX_DELAY);
        self.failures = self.failures.saturating_add(1);
        // A restart that fails is no new start: only a running process becomes stable.
        self.started_at = now + delay;
        self.restart_at = Some(now + delay);
        delay
    }

    /// Records that the process was restarted.
    pub(crate) fn record_start(&mut self, now: Instant) {
        self.started_at = now;
        self.restart_at = None;
    }

    /// Returns `true` between a failure and the restart.
    pub(crate) const fn is_waiting(&self) -> bool {
        self.restart_at.is_some()
    }

    /// Returns `true` once the delay of the last failure has passed.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.restart_at.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn delay_doubles_up_to_its_limit() {
        let mut now = Instant::now();
        let mut policy = RestartPolicy::new(now);
        let mut delays = Vec::new();
        for _ in 0..7 {
            let delay = policy.record_failure(now);
            delays.push(delay.as_secs());
            now += delay;
            policy.record_start(now);
        }
        assert_eq!(delays, [1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn delay_starts_over_after_a_stable_run() {
        let start = Instant::now();
        let mut policy = RestartPolicy::new(start);
        policy.record_failure(start);
        policy.record_start(start);
        assert_eq!(policy.record_failure(start + STABLE_AFTER), FIRST_DELAY);
    }

    #[test]
    fn restart_is_due_after_the_delay() {
        let now = Instant::now();
        let mut policy = RestartPolicy::new(now);
        assert!(!policy.is_waiting() && !policy.is_due(now + SECOND));
        policy.record_failure(now);
        assert!(policy.is_waiting() && !policy.is_due(now));
        assert!(policy.is_due(now + FIRST_DELAY));
        policy.record_start(now + FIRST_DELAY);
        assert!(!policy.is_waiting() && !policy.is_due(now + MAX_DELAY));
    }

    #[test]
    fn failed_restarts_never_count_as_a_stable_run() {
        let mut now = Instant::now();
        let mut policy = RestartPolicy::new(now);
        for _ in 0..20 {
            now += policy.record_failure(now);
        }
        assert_eq!(policy.record_failure(now), MAX_DELAY);
    }
}
