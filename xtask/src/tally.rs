//! The outcomes of suites and steps, printed as a table at the end of a run.

use std::fmt;
use std::time::{Duration, Instant};

use crate::interrupt;

/// The outcome of one suite or step.
pub(crate) struct Entry {
    name: String,
    passed: usize,
    failed: usize,
    took: Duration,
    note: String,
}

/// Outcomes in the order of execution.
#[derive(Default)]
pub(crate) struct Tally {
    entries: Vec<Entry>,
}

/// The numbers of passed and failed checks of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Count {
    /// One check that passed.
    pub(crate) const ONE: Self = Self {
        passed: 1,
        failed: 0,
    };
}

impl Tally {
    /// Runs a suite and records its outcome. A suite that cannot run counts as one failure, and so does every suite after
    /// an interrupt.
    pub(crate) fn measure(&mut self, name: &str, suite: impl FnOnce() -> anyhow::Result<Count>) {
        self.measure_after(interrupt::check(), name, suite);
    }

    /// Runs the suite if the precondition is met.
    fn measure_after(
        &mut self,
        precondition: anyhow::Result<()>,
        name: &str,
        suite: impl FnOnce() -> anyhow::Result<Count>,
    ) {
        eprintln!("\n== {name}");
        let started = Instant::now();
        let (count, note) = match precondition.and_then(|()| suite()) {
            Ok(count) => (count, String::new()),
            Err(error) => {
                eprintln!("error: {error:#}");
                let failed = Count {
                    passed: 0,
                    failed: 1,
                };
                (failed, format!("{error:#}"))
            }
        };
        self.entries.push(Entry {
            name: name.into(),
            passed: count.passed,
            failed: count.failed,
            took: started.elapsed(),
            note: note.lines().next().unwrap_or_default().into(),
        });
    }

    /// Records a skipped suite and the reason.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        eprintln!("\n== {name}: skipped, {why}");
        self.entries.push(Entry {
            name: name.into(),
            passed: 0,
            failed: 0,
            took: Duration::ZERO,
            note: format!("skipped: {why}"),
        });
    }

    /// Returns the number of failed checks.
    pub(crate) fn failed(&self) -> usize {
        self.entries.iter().map(|entry| entry.failed).sum()
    }

    fn passed(&self) -> usize {
        self.entries.iter().map(|entry| entry.passed).sum()
    }

    /// Prints the table and the totals.
    ///
    /// # Errors
    /// If a check failed.
    pub(crate) fn conclude(&self) -> anyhow::Result<()> {
        println!("\n{self}");
        anyhow::ensure!(self.failed() == 0, "{} failed", self.failed());
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<32} {:>7} {:>7} {:>8}",
            "suite", "passed", "failed", "seconds"
        )?;
        for entry in &self.entries {
            let seconds = entry.took.as_secs_f64();
            let Entry {
                name,
                passed,
                failed,
                note,
                ..
            } = entry;
            writeln!(
                f,
                "{name:<32} {passed:>7} {failed:>7} {seconds:>8.1}  {note}"
            )?;
        }
        write!(f, "{} passed, {} failed", self.passed(), self.failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suite_that_cannot_run_counts_as_a_failure() {
        let mut tally = Tally::default();
        tally.measure("good", || {
            Ok(Count {
                passed: 3,
                failed: 0,
            })
        });
        tally.measure("absent", || anyhow::bail!("no interpreter"));
        assert!(tally.to_string().ends_with("3 passed, 1 failed"));
        assert!(tally.conclude().is_err());
    }

    #[test]
    fn suite_after_an_interrupt_fails_without_running() {
        let mut tally = Tally::default();
        let interrupted = Err(anyhow::anyhow!("interrupted"));
        tally.measure_after(interrupted, "late", || panic!("it must not run"));
        assert_eq!(tally.failed(), 1);
        assert!(tally.to_string().contains("interrupted"));
    }

    #[test]
    fn skipped_suite_is_listed_with_its_reason() {
        let mut tally = Tally::default();
        tally.measure("good", || Ok(Count::ONE));
        tally.skip("deny", "cargo-deny is not installed");
        assert!(
            tally
                .to_string()
                .contains("skipped: cargo-deny is not installed")
        );
        assert!(tally.conclude().is_ok());
    }
}
