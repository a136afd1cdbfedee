use clap::Subcommand;

use crate::cli::TEMPLATE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, job_detail, status_cell};

mod cancel;
mod get;
mod list;
mod retry;
mod wait;

pub(crate) use wait::{follow_to_end, report_end};

const EXAMPLES: &str = "\
Examples:
  odd-dashboard jobs                                       the newest
  odd-dashboard jobs list --status FAILED --since 1h
  odd-dashboard jobs get 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard jobs list --type echo -o name | xargs odd-dashboard jobs cancel
";

/// List, show, await, cancel and retry jobs
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE, args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: list::Args,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::Args),
    Get(get::Args),
    Wait(wait::Args),
    Cancel(cancel::Args),
    Retry(retry::Args),
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.action {
        None => list::run(args.list, context),
        Some(Action::List(args)) => list::run(args, context),
        Some(Action::Get(args)) => get::run(args, context),
        Some(Action::Wait(args)) => wait::run(args, context),
        Some(Action::Cancel(args)) => cancel::run(args, context),
        Some(Action::Retry(args)) => retry::run(args, context),
    }
}

/// Prints one job in the chosen shape.
pub(crate) fn print_job(context: &Context, job: &odd_contracts::Job) -> Result<(), Failure> {
    match context.format() {
        OutputFormat::Table => context
            .printer
            .data(&job_detail(job, context.printer.colour)),
        OutputFormat::Name => context.printer.line(&job.id.to_string()),
        OutputFormat::Json | OutputFormat::Jsonl => context.printer.json(job),
    }
}

/// Prints where a command has brought a job.
pub(crate) fn print_changed(context: &Context, job: &odd_contracts::Job) -> Result<(), Failure> {
    if context.format() != OutputFormat::Table {
        return print_job(context, job);
    }
    let wish = if job.cancel_requested {
        "  was asked to stop"
    } else {
        ""
    };
    let status = status_cell(job.status, context.printer.colour);
    context.printer.line(&format!("{}  {status}{wish}", job.id))
}
