use odd_client::{BulkAction, BulkOutcome, BulkResult, BulkSummary, ClientError, Selection};
use odd_contracts::{JobId, JobStatus, counted};
use serde::Serialize;
use serde_json::json;

use crate::commands::retry::in_one_line;
use crate::failure::Failure;
use crate::output::{OutputFormat, Printer};

/// Ids that a dry run shows as text.
const SHOWN: usize = 10;

/// Failures that are described at the end.
const DESCRIBED: usize = 5;

/// Reports what a command for many jobs would do, and what it has done.
pub(super) struct BulkReport {
    printer: Printer,
    action: BulkAction,
    selected: usize,
    has_more: bool,
    jobs: Vec<JobLine>,
    failures: Vec<String>,
}

/// What happened to one job.
#[derive(Debug, Serialize)]
struct JobLine {
    id: JobId,
    outcome: &'static str,
    /// Status after the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<JobStatus>,
    /// Why it was not changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl BulkReport {
    pub(super) fn new(action: BulkAction, selection: &Selection, printer: Printer) -> Self {
        Self {
            printer,
            action,
            selected: selection.jobs.len(),
            has_more: selection.has_more,
            jobs: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Returns the question before the jobs are changed.
    pub(super) fn question(&self) -> String {
        let verb = match self.action {
            BulkAction::Retry => "Retry",
            _ => "Cancel",
        };
        match self.has_more {
            true => format!(
                "More than {} match. {verb} the newest {}?",
                counted(self.selected as u64, "job"),
                self.selected
            ),
            false => format!("{verb} {}?", counted(self.selected as u64, "job")),
        }
    }

    /// Prints how many jobs were selected, and the first of them.
    pub(super) fn print_selection(&self, jobs: &[JobId]) -> Result<(), Failure> {
        match self.printer.format {
            OutputFormat::Json => {
                let jobs: Vec<_> = jobs.iter().map(|id| json!({ "id": id })).collect();
                self.printer.json(&json!({
                    "dryRun": true, "selected": self.selected, "hasMore": self.has_more, "jobs": jobs,
                }))
            }
            OutputFormat::Jsonl => jobs
                .iter()
                .try_for_each(|id| self.printer.json(&json!({ "id": id }))),
            OutputFormat::Name => self.print_ids(jobs),
            OutputFormat::Table => {
                self.printer.note(&self.count_note());
                self.print_ids(&jobs[..jobs.len().min(SHOWN)])
            }
        }
    }

    fn print_ids(&self, jobs: &[JobId]) -> Result<(), Failure> {
        let mut ids = jobs.iter();
        ids.try_for_each(|id| self.printer.line(&id.to_string()))
    }

    fn count_note(&self) -> String {
        let would = match self.action {
            BulkAction::Retry => "would be retried",
            _ => "would be cancelled",
        };
        let least = if self.has_more { "at least " } else { "" };
        let jobs = counted(self.selected as u64, "job");
        match self.selected {
            0 => "no job that can be changed matches".to_owned(),
            count if count > SHOWN => format!("{least}{jobs} {would}; the newest {SHOWN}:"),
            _ => format!("{least}{jobs} {would}:"),
        }
    }

    /// Records what happened to one job; with `-o jsonl` and `-o name`, prints it.
    pub(super) fn add(&mut self, result: &BulkResult) -> Result<(), Failure> {
        let line = job_line(result);
        if result_failed(&result.outcome) && self.failures.len() < DESCRIBED {
            let detail = line.detail.as_deref().unwrap_or_default();
            self.failures.push(format!("{}: {detail}", line.id));
        }
        match self.printer.format {
            OutputFormat::Jsonl => self.printer.json(&line)?,
            OutputFormat::Name if line.outcome == CHANGED => {
                self.printer.line(&line.id.to_string())?;
            }
            OutputFormat::Json => self.jobs.push(line),
            OutputFormat::Name | OutputFormat::Table => {}
        }
        Ok(())
    }

    /// Prints what happened to all jobs.
    pub(super) fn finish(&self, summary: BulkSummary) -> Result<(), Failure> {
        for failure in &self.failures {
            self.printer.warn(failure);
        }
        match self.printer.format {
            OutputFormat::Json => self.printer.json(&json!({
                "dryRun": false, "selected": self.selected, "hasMore": self.has_more, "changed": summary.changed,
                "conflicts": summary.conflicts, "refused": summary.refused, "missing": summary.missing, "failed": summary.failed,
                "skipped": summary.skipped, "jobs": self.jobs,
            })),
            OutputFormat::Table if self.selected == 0 => {
                self.printer.note(&self.count_note());
                Ok(())
            }
            OutputFormat::Table => self.printer.line(&self.sentence(summary)),
            OutputFormat::Jsonl | OutputFormat::Name => Ok(()),
        }
    }

    fn sentence(&self, summary: BulkSummary) -> String {
        let mut text = summary.sentence(self.action);
        if self.has_more {
            text.push_str("; more jobs match: repeat the command");
        }
        text
    }
}

const CHANGED: &str = "changed";

fn result_failed(outcome: &BulkOutcome) -> bool {
    matches!(outcome, BulkOutcome::Failed(_) | BulkOutcome::Refused(_))
}

fn failure(error: &ClientError) -> String {
    let reason = in_one_line(error);
    match error.may_have_taken_effect() {
        true => format!("{reason}; it may have taken effect"),
        false => reason,
    }
}

fn job_line(result: &BulkResult) -> JobLine {
    let (outcome, status, detail) = match &result.outcome {
        BulkOutcome::Changed(job) => (CHANGED, Some(job.status), None),
        BulkOutcome::Dropped => (CHANGED, None, None),
        BulkOutcome::Conflict(problem) => ("conflict", None, Some(problem.detail.clone())),
        BulkOutcome::Refused(problem) => ("refused", None, Some(problem.detail.clone())),
        BulkOutcome::Missing => ("missing", None, None),
        BulkOutcome::Failed(error) => ("failed", None, Some(failure(error))),
        BulkOutcome::Skipped => ("skipped", None, None),
    };
    JobLine {
        id: result.id,
        outcome,
        status,
        detail,
    }
}

#[cfg(test)]
mod tests {
    use crate::output::ColorChoice;

    use super::*;

    fn report(action: BulkAction, count: usize, has_more: bool) -> BulkReport {
        let id: JobId = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
            .parse()
            .expect("an id");
        let jobs = vec![id; count];
        let printer = Printer::new(OutputFormat::Table, ColorChoice::Never, false, false);
        BulkReport::new(action, &Selection { jobs, has_more }, printer)
    }

    #[test]
    fn question_tells_how_many_jobs_are_changed() {
        let question = |action, count, more| report(action, count, more).question();
        assert_eq!(question(BulkAction::Cancel, 1, false), "Cancel 1 job?");
        assert_eq!(question(BulkAction::Retry, 12, false), "Retry 12 jobs?");
        assert_eq!(
            question(BulkAction::Cancel, 10_000, true),
            "More than 10000 jobs match. Cancel the newest 10000?"
        );
    }

    #[test]
    fn limited_count_says_at_least() {
        let note = |count, more| report(BulkAction::Cancel, count, more).count_note();
        assert_eq!(note(2, false), "2 jobs would be cancelled:");
        assert_eq!(
            note(200, true),
            "at least 200 jobs would be cancelled; the newest 10:"
        );
    }
}
