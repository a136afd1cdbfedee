use std::collections::HashSet;
use std::io::IsTerminal;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use odd_client::{
    BULK_CONCURRENCY, BulkAction, BulkOutcome, BulkResult, BulkSummary, Client, ClientError,
    JobFilter, JobRef, JobsQuery, Selection, SelectionLimits,
};
use odd_contracts::{JobId, counted};
use odd_core::{Clock, SystemClock};

use super::bulk_report::BulkReport;
use super::selection::parse_filter;
use crate::commands::job_ids::change_each;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;
use crate::steps::{Steps, Stopped};

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
    change_selected(&filter, args.dry_run, action, context)
}

/// Changes the jobs that a filter selects, after a confirmation. A dry run only counts and lists them.
pub(in crate::commands) fn change_selected(
    filter: &JobFilter,
    dry_run: bool,
    action: BulkAction,
    context: &Context,
) -> Result<Exit, Failure> {
    let query = query(filter, action)?;
    let settings = context.client_settings()?;
    Steps::run(context, async |mut steps| {
        let client = settings.connect()?;
        let selection = steps.step(select(&client, query, context)).await?;
        let report = BulkReport::new(action, &selection, context.printer);
        if dry_run {
            report.print_selection(&selection.jobs)?;
            return Ok(Exit::Ok);
        }
        if selection.jobs.is_empty() {
            report.finish(BulkSummary::default())?;
            return Ok(Exit::Ok);
        }
        steps.confirm(&report.question()).await?;
        let begun = Instant::now();
        let result = act(&client, action, &selection, report, &mut steps, context).await;
        steps.await_views(&client, begun, &result).await;
        result
    })
}

/// Returns the query for the jobs that the filter selects and the action can change.
///
/// # Errors
/// When there are none, or the filter selects all jobs, as that of a script whose variable is not set.
fn query(filter: &JobFilter, action: BulkAction) -> Result<JobsQuery, Failure> {
    if filter.is_empty() {
        let every = match action {
            BulkAction::Retry => "status:FAILED,CANCELLED",
            _ => "status:PENDING",
        };
        return Err(
            Failure::usage("the filter is empty and would select all jobs")
                .hint(format!("select them by name, such as --filter {every}")),
        );
    }
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

async fn select(
    client: &Client,
    query: JobsQuery,
    context: &Context,
) -> Result<Selection, Failure> {
    let bar = bar(
        context.printer,
        ProgressBar::new_spinner(),
        "{spinner}  {msg} jobs found",
    );
    let found = client.select_jobs(&query, SelectionLimits::default(), |count| {
        bar.set_message(count.to_string());
        bar.tick();
    });
    let selection = found.await?;
    bar.finish_and_clear();
    Ok(selection)
}

/// Changes the jobs. When a signal or the time limit ends this, reports what has happened until then.
async fn act(
    client: &Client,
    action: BulkAction,
    selection: &Selection,
    mut report: BulkReport,
    steps: &mut Steps<'_>,
    context: &Context,
) -> Result<Exit, Stopped> {
    let bar = bar(
        context.printer,
        ProgressBar::new(selection.jobs.len() as u64),
        "{bar:30} {percent:>3} %  {pos}/{len} jobs  {eta} left",
    );
    let mut run = BulkRun::default();
    let ended = steps.step(async {
        let commands = client.act_on_jobs(action, &selection.jobs, |result| {
            bar.inc(1);
            run.add(result, &mut report);
        });
        commands.await;
        Ok(())
    });
    let ended = ended.await;
    bar.finish_and_clear();
    if ended.is_err() {
        run.skip_rest(&selection.jobs, &mut report, context.printer);
    }
    // What stopped the command decides its exit code, also when standard output is closed.
    let reported = run.written.and_then(|()| report.finish(run.summary));
    ended?;
    reported?;
    Ok(exit(run.summary, run.refusal.flatten()))
}

/// What has happened so far.
struct BulkRun {
    summary: BulkSummary,
    answered: HashSet<JobId>,
    /// The exit code for the first failed command, if it has one of its own.
    refusal: Option<Option<Exit>>,
    written: Result<(), Failure>,
}

impl Default for BulkRun {
    fn default() -> Self {
        Self {
            summary: BulkSummary::default(),
            answered: HashSet::new(),
            refusal: None,
            written: Ok(()),
        }
    }
}

impl BulkRun {
    fn add(&mut self, result: &BulkResult, report: &mut BulkReport) {
        self.summary.add(&result.outcome);
        self.answered.insert(result.id);
        if self.written.is_ok() {
            self.written = report.add(result);
        }
        if let BulkOutcome::Failed(error) = &result.outcome {
            self.refusal.get_or_insert_with(|| refusal(error));
        }
    }

    /// Counts the other jobs as skipped. Some commands were under way, and may take effect.
    fn skip_rest(&mut self, jobs: &[JobId], report: &mut BulkReport, printer: Printer) {
        let rest = jobs.iter().filter(|id| !self.answered.contains(id));
        let rest: Vec<JobId> = rest.copied().collect();
        for id in &rest {
            let outcome = BulkOutcome::Skipped;
            self.add(&BulkResult { id: *id, outcome }, report);
        }
        let unclear = rest.len().min(BULK_CONCURRENCY) as u64;
        let jobs = counted(unclear, "skipped job");
        printer.warn(&format!(
            "the command ended early; up to {jobs} may have been changed"
        ));
    }
}

/// Returns the exit code. A refused token has its own.
fn exit(summary: BulkSummary, refusal: Option<Exit>) -> Exit {
    match summary.failed + summary.refused + summary.skipped {
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
