use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use odd_contracts::counted;
use serde_json::json;

use crate::commands::submit::chunks::Chunk;
use crate::output::{OutputFormat, Printer};

/// Shows on standard error how far a batch is: a bar on a terminal; elsewhere one message for each request, as JSON when
/// the output is JSON too.
pub(super) struct Progress {
    printer: Printer,
    bar: ProgressBar,
    is_terminal: bool,
}

impl Progress {
    /// Starts to show the submission of a file of `file_bytes`, or of unknown length.
    pub(super) fn of_submission(printer: Printer, file_bytes: Option<u64>) -> Self {
        let bar = bar(printer, || match file_bytes {
            Some(length) => ProgressBar::new(length)
                .with_style(style("{bar:30} {percent:>3} %  {msg} jobs  {eta} left")),
            None => ProgressBar::new_spinner().with_style(style("{spinner}  {msg} jobs")),
        });
        Self {
            printer,
            bar,
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// A request was accepted; `accepted` jobs were accepted so far.
    pub(super) fn accepted(&mut self, accepted: usize, chunk: &Chunk) {
        self.bar.inc(chunk.file_bytes);
        self.bar.set_message(accepted.to_string());
        if !self.is_terminal {
            self.report(accepted, chunk.jobs);
        }
    }

    /// The whole file was accepted.
    pub(super) fn all_accepted(self, accepted: usize) {
        self.bar.finish_and_clear();
        // Elsewhere the message about the last request has reported it.
        if self.is_terminal || accepted == 0 {
            self.report(accepted, 0);
        }
    }

    fn report(&self, accepted: usize, jobs: usize) {
        self.printer.note(&match self.printer.format {
            OutputFormat::Json | OutputFormat::Jsonl => {
                json!({"event": "progress", "accepted": accepted, "jobs": jobs}).to_string()
            }
            OutputFormat::Table | OutputFormat::Name => {
                format!("accepted {}", counted(accepted as u64, "job"))
            }
        });
    }
}

/// Returns a bar that counts finished jobs.
pub(super) fn finished_bar(printer: Printer, jobs: u64) -> ProgressBar {
    bar(printer, || {
        ProgressBar::new(jobs).with_style(style(
            "{bar:30} {percent:>3} %  {pos}/{len} finished  {eta} left",
        ))
    })
}

fn bar(printer: Printer, visible: impl FnOnce() -> ProgressBar) -> ProgressBar {
    match printer.quiet || !std::io::stderr().is_terminal() {
        true => ProgressBar::hidden(),
        false => visible(),
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is well formed")
}
