use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use odd_contracts::{Acceptance, BatchItem, counted};
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

    /// A request was accepted; `accepted` are the jobs that were accepted so far.
    pub(super) fn accepted(&mut self, accepted: &[BatchItem], chunk: &Chunk) {
        self.bar.inc(chunk.file_bytes);
        self.bar.set_message(accepted.len().to_string());
        if !self.is_terminal {
            self.report(accepted, chunk.jobs);
        }
    }

    /// The whole file was accepted.
    pub(super) fn all_accepted(self, accepted: &[BatchItem]) {
        self.bar.finish_and_clear();
        // Elsewhere the message about the last request has reported it.
        if self.is_terminal || accepted.is_empty() {
            self.report(accepted, 0);
        }
    }

    fn report(&self, accepted: &[BatchItem], jobs: usize) {
        self.printer.note(&match self.printer.format {
            OutputFormat::Json | OutputFormat::Jsonl => {
                let (total, existing) = (accepted.len(), existing(accepted));
                json!({
                    "event": "progress", "accepted": total, "created": total - existing, "existing": existing,
                    "jobs": jobs,
                })
                .to_string()
            }
            OutputFormat::Table | OutputFormat::Name => sentence(accepted),
        });
    }
}

/// Counts the accepted submissions whose job existed before.
fn existing(accepted: &[BatchItem]) -> usize {
    let is_existing = |item: &&BatchItem| {
        item.acceptance
            .is_some_and(|acceptance| acceptance != Acceptance::Created)
    };
    accepted.iter().filter(is_existing).count()
}

fn sentence(accepted: &[BatchItem]) -> String {
    let jobs = counted(accepted.len() as u64, "job");
    match existing(accepted) {
        0 => format!("accepted {jobs}"),
        existing => format!(
            "accepted {jobs}: {} new, {existing} submitted before",
            accepted.len() - existing
        ),
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
