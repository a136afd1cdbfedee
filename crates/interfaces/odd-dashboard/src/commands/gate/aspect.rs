use std::fmt;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

/// The outcome of a check or an aspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// It holds.
    Passed,
    /// It could not be checked, because a server was not given or the deployment does not have the part.
    Skipped,
    /// It does not hold.
    Failed,
}

/// One statement about the deployment.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    /// The statement.
    pub(super) name: String,
    pub(super) outcome: Outcome,
    /// What was observed.
    pub(super) detail: String,
}

/// A group of checks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Aspect {
    pub(super) number: u8,
    pub(super) name: &'static str,
    pub(super) outcome: Outcome,
    pub(super) took_ms: u64,
    pub(super) checks: Vec<Check>,
}

/// Collects the checks of an aspect.
pub(super) struct Checks {
    number: u8,
    name: &'static str,
    begun: Instant,
    /// When checks have to stop waiting.
    pub(super) deadline: Instant,
    checks: Vec<Check>,
}

impl Checks {
    pub(super) fn new(number: u8, name: &'static str, deadline: Instant) -> Self {
        Self {
            number,
            name,
            begun: Instant::now(),
            deadline,
            checks: Vec::new(),
        }
    }

    /// Returns when a check has to stop waiting that may take up to `limit`. At least half of the remaining time is left to
    /// the aspects that follow, so that one failure does not cause others.
    pub(super) fn deadline_within(&self, limit: Duration) -> Instant {
        let now = Instant::now();
        let remaining = self.deadline.saturating_duration_since(now);
        now + limit.min(remaining / 2)
    }

    /// Records a check: what was observed, or why it failed. Returns `true` if it passed.
    pub(super) fn record(
        &mut self,
        name: impl Into<String>,
        result: Result<impl Into<String>, String>,
    ) -> bool {
        match result {
            Ok(detail) => self.add(name, Outcome::Passed, detail),
            Err(detail) => self.add(name, Outcome::Failed, detail),
        }
    }

    /// Records a check that cannot be made.
    pub(super) fn skip(&mut self, name: impl Into<String>, why: impl Into<String>) {
        self.add(name, Outcome::Skipped, why);
    }

    fn add(
        &mut self,
        name: impl Into<String>,
        outcome: Outcome,
        detail: impl Into<String>,
    ) -> bool {
        self.checks.push(Check {
            name: name.into(),
            outcome,
            detail: detail.into(),
        });
        outcome == Outcome::Passed
    }

    /// Returns the aspect. It fails if one of its checks fails, and is skipped if none was made.
    pub(super) fn finish(self) -> Aspect {
        let outcomes = || self.checks.iter().map(|check| check.outcome);
        let outcome = if outcomes().any(|outcome| outcome == Outcome::Failed) {
            Outcome::Failed
        } else if outcomes().any(|outcome| outcome == Outcome::Passed) {
            Outcome::Passed
        } else {
            Outcome::Skipped
        };
        Aspect {
            number: self.number,
            name: self.name,
            outcome,
            took_ms: u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            checks: self.checks,
        }
    }
}

impl Aspect {
    /// Returns the line that reports its end, with the first failure.
    pub(super) fn line(&self) -> String {
        let seconds = self.took_ms as f64 / 1_000.0;
        let mut line = format!(
            "{} {}. {} ({seconds:.1} s)",
            self.outcome, self.number, self.name
        );
        let failed = |check: &&Check| check.outcome == Outcome::Failed;
        if let Some(check) = self.checks.iter().find(failed) {
            line.push_str(&format!(": {}: {}", check.name, check.detail));
        }
        line
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "[PASS]",
            Self::Skipped => "[SKIP]",
            Self::Failed => "[FAIL]",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aspect(outcomes: &[Outcome]) -> Outcome {
        let mut checks = Checks::new(1, "name", Instant::now());
        for outcome in outcomes {
            checks.add("check", *outcome, "detail");
        }
        checks.finish().outcome
    }

    #[tokio::test(start_paused = true)]
    async fn half_of_the_time_is_left_to_later_aspects() {
        let begun = Instant::now();
        let checks = Checks::new(1, "name", begun + Duration::from_secs(40));
        let within = |seconds| checks.deadline_within(Duration::from_secs(seconds)) - begun;
        assert_eq!(within(10), Duration::from_secs(10));
        assert_eq!(within(60), Duration::from_secs(20));
    }

    #[test]
    fn aspect_fails_with_one_check_and_is_skipped_without_any() {
        use Outcome::{Failed, Passed, Skipped};
        assert_eq!(aspect(&[Passed, Failed, Skipped]), Failed);
        assert_eq!(aspect(&[Passed, Skipped]), Passed);
        assert_eq!(aspect(&[Skipped]), Skipped);
        assert_eq!(aspect(&[]), Skipped);
    }
}
