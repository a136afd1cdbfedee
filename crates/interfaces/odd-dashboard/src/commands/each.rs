use std::fmt::Display;

use odd_contracts::counted;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

/// The results of a command for several jobs or alerts: a failure of one does not keep the others from being tried.
pub(super) struct Each {
    printer: Printer,
    noun: &'static str,
    total: usize,
    tried: usize,
    failed: usize,
    /// The exit code that all failures have in common.
    exit: Option<Exit>,
}

impl Each {
    /// Begins a command for `total` things, which `noun` names in the singular.
    pub(super) fn new(printer: Printer, noun: &'static str, total: usize) -> Self {
        Self {
            printer,
            noun,
            total,
            tried: 0,
            failed: 0,
            exit: None,
        }
    }

    /// Records the result for one of them, and prints its failure.
    ///
    /// # Errors
    /// When the others need not be tried: there are none, or they would fail in the same way.
    pub(super) fn record(
        &mut self,
        name: impl Display,
        result: Result<Exit, Failure>,
    ) -> Result<(), Failure> {
        self.tried += 1;
        let exit = match result {
            Ok(Exit::Ok) => return Ok(()),
            Ok(exit) => exit,
            Err(failure) if self.total == 1 || failure.is_closed_pipe() => return Err(failure),
            Err(failure) if affects_all(failure.exit) => return Err(self.abandoned(failure)),
            Err(failure) => {
                let exit = failure.exit;
                let what = format!("{name}: {}", failure.what);
                self.printer.failure(&Failure { what, ..failure });
                self.failed += 1;
                exit
            }
        };
        self.exit = match self.exit {
            Some(earlier) if earlier != exit => Some(Exit::Failure),
            _ => Some(exit),
        };
        Ok(())
    }

    /// Returns the exit code, and reports how many of them failed.
    pub(super) fn finish(self) -> Exit {
        if self.failed > 0 {
            let all = counted(self.total as u64, self.noun);
            self.printer
                .note(&format!("{} of {all} failed", self.failed));
        }
        self.exit.unwrap_or(Exit::Ok)
    }

    /// Adds how far the command came.
    fn abandoned(&self, failure: Failure) -> Failure {
        let rest = self.total - self.tried;
        match rest {
            0 => failure,
            _ => failure.cause(format!("{} not tried", counted(rest as u64, self.noun))),
        }
    }
}

const fn affects_all(exit: Exit) -> bool {
    matches!(exit, Exit::Unreachable | Exit::NotAuthorised)
}

#[cfg(test)]
mod tests {
    use crate::output::{ColorChoice, OutputFormat};

    use super::*;

    fn each(total: usize) -> Each {
        let printer = Printer::new(OutputFormat::Table, ColorChoice::Never, true, false);
        Each::new(printer, "job", total)
    }

    fn failed(exit: Exit) -> Result<Exit, Failure> {
        Err(Failure::new(exit, "failed"))
    }

    #[test]
    fn exit_code_is_that_of_the_failures_or_one_if_they_differ() {
        let exit_of = |exits: &[Exit]| {
            let mut each = each(exits.len() + 1);
            for exit in exits {
                assert!(each.record("a", failed(*exit)).is_ok());
            }
            each.record("b", Ok(Exit::Ok)).expect("continues");
            each.finish()
        };
        assert_eq!(exit_of(&[]), Exit::Ok);
        assert_eq!(exit_of(&[Exit::NotFound]), Exit::NotFound);
        assert_eq!(exit_of(&[Exit::Failure, Exit::NotFound]), Exit::Failure);
    }

    #[test]
    fn failure_that_affects_all_ends_the_command_and_counts_the_rest() {
        let mut each = each(3);
        let failure = each.record("a", failed(Exit::Unreachable));
        let failure = failure.expect_err("ends");
        assert_eq!(failure.causes, ["2 jobs not tried"]);
    }

    #[test]
    fn failure_of_a_single_one_is_that_of_the_command() {
        let failure = each(1).record("a", failed(Exit::NotFound));
        assert_eq!(failure.expect_err("ends").what, "failed");
    }
}
