use clap::Subcommand;
use odd_client::BulkAction;

use crate::commands::job_ids::JobIds;
use crate::commands::print_job::print_job;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

mod bulk;
mod bulk_report;
mod list;
mod log;
mod selection;
mod wait;

pub(super) use bulk::change_selected;
pub(super) use wait::{exit_of, follow_to_end};

const EXAMPLES: &str = "  odd-dashboard jobs                                       the newest jobs
  odd-dashboard jobs list --status FAILED --since 1h
  odd-dashboard jobs get 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard jobs log 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11 --attempt 2
  odd-dashboard jobs list --type echo -o name | xargs odd-dashboard jobs cancel";

const GET_EXAMPLES: &str = "  odd-dashboard jobs get 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard jobs get 0192f0c1~7c11
  odd-dashboard jobs get 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11 -o json | jq .result";

const CANCEL_EXAMPLES: &str = "  odd-dashboard jobs cancel 0192f0c1~7c11
  odd-dashboard jobs cancel --filter 'type:email queue:slow' --dry-run
  odd-dashboard jobs cancel --filter 'type:email queue:slow' --yes";

const RETRY_EXAMPLES: &str = "  odd-dashboard jobs retry 0192f0c1~7c11
  odd-dashboard jobs retry --filter 'status:FAILED since:1h \"timed out\"' --dry-run
  odd-dashboard jobs retry --filter 'status:FAILED since:1h' --yes -o jsonl";

/// List, show, wait for, cancel and retry jobs; print their logs
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: list::Args,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::Args),
    /// Show everything about jobs: payload, result and the newest 100 attempts
    #[command(before_help = GET_EXAMPLES)]
    Get(JobIds),
    Log(log::Args),
    Wait(wait::Args),
    /// Cancel waiting jobs, and ask running ones to stop
    #[command(before_help = CANCEL_EXAMPLES)]
    Cancel(bulk::Args),
    /// Run FAILED or CANCELLED jobs again
    #[command(before_help = RETRY_EXAMPLES)]
    Retry(bulk::Args),
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.action {
        None => list::run(args.list, context),
        Some(Action::List(args)) => list::run(args, context),
        Some(Action::Get(ids)) => get(ids, context),
        Some(Action::Log(args)) => log::run(args, context),
        Some(Action::Wait(args)) => wait::run(args, context),
        Some(Action::Cancel(args)) => bulk::run(args, BulkAction::Cancel, context),
        Some(Action::Retry(args)) => bulk::run(args, BulkAction::Retry, context),
    }
}

fn get(ids: JobIds, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        ids.for_each(context, &client, async |id| {
            print_job(context, &client.job(id).await?)?;
            Ok(Exit::Ok)
        })
        .await
    })
}
