use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::{Clock as _, SystemClock};
use serde::Serialize;

use super::aspect::{Aspect, Outcome};

/// The result of a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// The worst outcome of an aspect.
    pub(super) outcome: Outcome,
    pub(super) finished_at: Timestamp,
    pub(super) took_ms: u64,
    /// Version of this program.
    pub(super) version: &'static str,
    pub(super) aspects: Vec<Aspect>,
}

impl Report {
    pub(super) fn new(aspects: Vec<Aspect>, took: Duration) -> Self {
        let worst = aspects.iter().map(|aspect| aspect.outcome).max();
        Self {
            outcome: worst.unwrap_or(Outcome::Skipped),
            finished_at: SystemClock.now(),
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            version: env!("CARGO_PKG_VERSION"),
            aspects,
        }
    }

    /// Returns `true` if every aspect passed, or was skipped where that is accepted.
    pub(super) fn has_passed(&self, accept_skipped: bool) -> bool {
        match self.outcome {
            Outcome::Passed => true,
            Outcome::Skipped => accept_skipped,
            Outcome::Failed => false,
        }
    }

    /// Returns the names of the failed aspects.
    pub(super) fn names(&self) -> Vec<String> {
        let failed = |aspect: &&Aspect| aspect.outcome == Outcome::Failed;
        self.aspects
            .iter()
            .filter(failed)
            .map(|aspect| aspect.number.to_string())
            .collect()
    }

    /// Renders the report for people. The checks of an aspect are listed unless all of them passed.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for aspect in &self.aspects {
            text.push_str(&format!(
                "{} {}. {}\n",
                aspect.outcome, aspect.number, aspect.name
            ));
            let is_short = aspect.outcome == Outcome::Passed;
            for check in &aspect.checks {
                if !is_short || check.outcome != Outcome::Passed || check.name.starts_with('P') {
                    text.push_str(&format!(
                        "       {} {}: {}\n",
                        check.outcome, check.name, check.detail
                    ));
                }
            }
        }
        let verdict = match self.outcome {
            Outcome::Failed => "The deployment does not keep its promises",
            Outcome::Skipped => {
                "Not every aspect was checked; the deployment keeps the promises that were"
            }
            Outcome::Passed => "The deployment keeps its promises",
        };
        let seconds = self.took_ms as f64 / 1_000.0;
        text.push_str(&format!("{verdict} ({seconds:.0} s)\n"));
        text
    }
}
