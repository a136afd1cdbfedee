//! When a process that ended is restarted: exponential back-off with a limit.

use std::time::{Duration, Instant};

/// The delay after the first failure.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// The delay doubles with every further failure, up to this one.
const MAX_DELAY: Duration = Duration::from_secs(30);
/// A process that was ready for this long has recovered: its next failure counts as the first.
const STABLE_AFTER: Duration = Duration::from_secs(60);

/// The restarts of one process. It reads no clock: callers pass the time.
#[derive(Debug)]
pub(crate) struct RestartPolicy {
    state: RestartState,
    /// Failures in a row.
    failures: u32,
}

/// The state of a supervised process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RestartState {
    /// Ready since this time.
    Running(Instant),
    /// Ended, or its restart failed. It is restarted at this time.
    Waiting(Instant),
    /// Restarted.
    Starting,
    /// Restarted, and accepts connections, but is not ready.
    Listening,
}

impl RestartPolicy {
    /// Describes a process that has started without a failure.
    pub(crate) const fn new(ready_at: Instant) -> Self {
        Self {
            state: RestartState::Running(ready_at),
            failures: 0,
        }
    }

    pub(crate) const fn state(&self) -> RestartState {
        self.state
    }

    /// Records that the process ended, or that its restart failed. Returns the delay until the next restart.
    pub(crate) fn record_failure(&mut self, now: Instant) -> Duration {
        // The time of a start that failed does not count: a server may hang for long before it is ready.
        if let RestartState::Running(since) = self.state
            && now.saturating_duration_since(since) >= STABLE_AFTER
        {
            self.failures = 0;
        }
        let factor = 2_u32.saturating_pow(self.failures);
        let delay = FIRST_DELAY.saturating_mul(factor).min(MAX_DELAY);
        self.failures = self.failures.saturating_add(1);
        self.state = RestartState::Waiting(now + delay);
        delay
    }

    /// Records that the process was started.
    pub(crate) const fn record_start(&mut self) {
        self.state = RestartState::Starting;
    }

    /// Records that the started process accepts connections.
    pub(crate) const fn record_listening(&mut self) {
        self.state = RestartState::Listening;
    }

    /// Records that the started process is ready.
    pub(crate) const fn record_ready(&mut self, now: Instant) {
        self.state = RestartState::Running(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delay_doubles_up_to_its_limit() {
        let mut now = Instant::now();
        let mut policy = RestartPolicy::new(now);
        let mut delays = Vec::new();
        for _ in 0..7 {
            let delay = policy.record_failure(now);
            delays.push(delay.as_secs());
            now += delay;
            policy.record_start();
            policy.record_ready(now);
        }
        assert_eq!(delays, [1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn delay_starts_over_after_a_stable_run() {
        let start = Instant::now();
        let mut policy = RestartPolicy::new(start);
        policy.record_failure(start);
        policy.record_start();
        policy.record_ready(start);
        assert_eq!(policy.record_failure(start + STABLE_AFTER), FIRST_DELAY);
    }

    #[test]
    fn restart_waits_for_the_delay() {
        let now = Instant::now();
        let mut policy = RestartPolicy::new(now);
        assert_eq!(policy.state(), RestartState::Running(now));
        policy.record_failure(now);
        assert_eq!(policy.state(), RestartState::Waiting(now + FIRST_DELAY));
        policy.record_start();
        assert_eq!(policy.state(), RestartState::Starting);
        policy.record_ready(now + MAX_DELAY);
        assert_eq!(policy.state(), RestartState::Running(now + MAX_DELAY));
    }

    #[test]
    fn slow_failing_starts_never_count_as_a_stable_run() {
        let mut now = Instant::now();
        let mut policy = RestartPolicy::new(now);
        for _ in 0..20 {
            now += policy.record_failure(now);
            policy.record_start();
            now += Duration::from_secs(120);
        }
        assert_eq!(policy.record_failure(now), MAX_DELAY);
    }

    #[test]
    fn failing_restarts_never_count_as_a_stable_run() {
        let mut now = Instant::now();
        let mut policy = RestartPolicy::new(now);
        for _ in 0..20 {
            now += policy.record_failure(now);
        }
        assert_eq!(policy.record_failure(now), MAX_DELAY);
    }
}
