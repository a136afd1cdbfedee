use odd_contracts::{AttemptOutcome, JobStatus};
use ratatui::style::Style;

use crate::draw::Canvas;

/// Returns the symbol, the word and the style of an outcome: those of the status that it gives the job.
pub(super) fn outcome(canvas: &Canvas<'_>, outcome: AttemptOutcome) -> (char, &'static str, Style) {
    let status = match outcome {
        AttemptOutcome::Running => JobStatus::Executing,
        AttemptOutcome::Succeeded => JobStatus::Completed,
        AttemptOutcome::Failed | AttemptOutcome::TimedOut | AttemptOutcome::Lost => {
            JobStatus::Failed
        }
        AttemptOutcome::Cancelled => JobStatus::Cancelled,
        AttemptOutcome::Released => JobStatus::Pending,
    };
    let (symbol, style) = (
        canvas.symbols().status(status),
        canvas.theme().status(status),
    );
    (symbol, status.as_str(), style)
}

/// Returns what the status does not tell about an outcome.
pub(super) const fn cause(outcome: AttemptOutcome) -> &'static str {
    match outcome {
        AttemptOutcome::TimedOut => "timed out",
        AttemptOutcome::Lost => "worker lost",
        AttemptOutcome::Released => "released",
        AttemptOutcome::Running
        | AttemptOutcome::Succeeded
        | AttemptOutcome::Failed
        | AttemptOutcome::Cancelled => "",
    }
}
