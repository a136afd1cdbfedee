use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use odd_doctor::Checkup;

use crate::output::Printer;

/// Shows on a terminal which checks are still running.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn start(printer: Printer) -> Self {
        if printer.quiet || !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{spinner} {wide_msg}");
        let bar = ProgressBar::new_spinner().with_style(style.expect("well formed"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Shows the checks that have not finished.
    pub(super) fn waiting(&self, checkup: &Checkup) {
        let titles: Vec<&str> = checkup.waiting().collect();
        self.0
            .set_message(format!("checking {}", titles.join(", ")));
    }

    pub(super) fn end(self) {
        self.0.finish_and_clear();
    }
}
