use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use odd_client::{
    BulkAction, BulkOutcome, BulkSummary, Client, ClientError, JobFilter, JobRef, JobsQuery,
    Selection, SelectionLimits,
};
use odd_core::{Clock, SystemClock};

use super::bulk_report::BulkReport;
use super::selection::parse_filter;
use crate::commands::job_ids::change_each;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

/// The jobs that are cancelled or retried.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Ids of the jobs, short ids such as 0192f0c1~7c11, or the first 8 or more digits of ids
    #[arg(
        value_name = "JOB",
        required_unless_present = "filter",
        conflicts_with = "filter",
        add = completion::jobs()
    )]
    jobs: Vec<JobRef>,
    /// All jobs that this filter selects, such as 'type:email since:1h', after a confirmation
    #[arg(long, value_name = "FILTER", value_parser = parse_filter)]
    filter: Option<JobFilter>,
    /// Count and list the jobs that --filter selects, and change nothing
    #[arg(long, requires = "filter")]
    dry_run: bool,
}

pub(super) fn run(args: Args, action: BulkAction, context: &Context) -> Result<Exit, Failure> {
    let Some(filter) = args.filter else {
        return match action {
            BulkAction::Retry => change_each(&args.jobs, context, Client::retry),
            _ => change_each(&args.jobs, context, Client::cancel),
        };
    };
    let query = query(&filter, action)?;
    let selection = match select(query, context)? {
        Ok(selection) => selection,
        Err(signalled) => return Ok(signalled),
    };
    let report = BulkReport::new(action, &selection, context.printer);
    if args.dry_run || selection.jobs.is_empty() {
        report.print_selection(&selection.jobs)?;
        return Ok(Exit::Ok);
    }
    context.confirm(&report.question())?;
    act(action, &selection, report, context)
}

/// Returns the query for the jobs that the filter selects and the action can change.
fn query(filter: &JobFilter, action: BulkAction) -> Result<JobsQuery, Failure> {
    let mut query = filter.to_query(SystemClock.now());
    if action.narrow(&mut query) {
        return Ok(query);
    }
    let possible = match action {
        BulkAction::Cancel => "only jobs that are not finished can be cancelled",
        _ => "only FAILED and CANCELLED jobs can be retried",
    };
    Err(Failure::usage("the filter selects no job that can be changed").hint(possible))
}

/// Finds the jobs, or returns the exit code of a signal. Ends before the confirmation, so that a signal during that ends the
/// command.
fn select(query: JobsQuery, context: &Context) -> Result<Result<Selection, Exit>, Failure> {
    let mut selection = None;
    let exit = context.with_client(async |client| {
        let bar = bar(
            context.printer,
            ProgressBar::new_spinner(),
            "{spinner}  {msg} jobs found",
        );
        let limits = SelectionLimits::default();
        let found = client.select_jobs(&query, limits, |count| {
            bar.set_message(count.to_string());
            bar.tick();
        });
        selection = Some(found.await?);
        bar.finish_and_clear();
        Ok(Exit::Ok)
    })?;
    Ok(selection.ok_or(exit))
}

fn act(
    action: BulkAction,
    selection: &Selection,
    mut report: BulkReport,
    context: &Context,
) -> Result<Exit, Failure> {
    context.with_changing_client(async |client| {
        let bar = bar(
            context.printer,
            ProgressBar::new(selection.jobs.len() as u64),
            "{bar:30} {percent:>3} %  {pos}/{len} jobs  {eta} left",
        );
        let mut written = Ok(());
        let mut first_error = None;
        let summary = client.act_on_jobs(action, &selection.jobs, |result| {
            bar.inc(1);
            if written.is_ok() {
                written = report.add(result);
            }
            if let BulkOutcome::Failed(error) = &result.outcome {
                first_error.get_or_insert_with(|| refusal(error));
            }
        });
        let summary = summary.await;
        bar.finish_and_clear();
        written?;
        report.finish(summary)?;
        Ok(exit(summary, first_error.flatten()))
    })
}

/// Returns the exit code. A refused token has its own.
fn exit(summary: BulkSummary, refusal: Option<Exit>) -> Exit {
    match summary.failed + summary.skipped {
        0 => Exit::Ok,
        _ => refusal
            .filter(|_| summary.changed == 0)
            .unwrap_or(Exit::Failure),
    }
}

fn refusal(error: &ClientError) -> Option<Exit> {
    matches!(error.status(), Some(401 | 403)).then_some(Exit::NotAuthorised)
}

/// Returns a bar on standard error, or a hidden one.
fn bar(printer: Printer, bar: ProgressBar, template: &str) -> ProgressBar {
    if printer.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    bar.with_style(style)
}
