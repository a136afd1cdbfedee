use clap::Subcommand;
use odd_client::BulkAction;
use odd_contracts::FailureFingerprint;

use crate::commands::jobs::change_selected;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

mod get;
mod list;

const EXAMPLES: &str =
    "  odd-dashboard failures                                   the latest kinds of failure
  odd-dashboard failures list --type email --since 1h
  odd-dashboard failures get 9c2f1e0b7a4d3c55
  odd-dashboard failures retry 9c2f1e0b7a4d3c55 --dry-run";

const RETRY_EXAMPLES: &str = "  odd-dashboard failures retry 9c2f1e0b7a4d3c55 --dry-run
  odd-dashboard failures retry 9c2f1e0b7a4d3c55 --yes";

/// List and show failures by kind, and retry the jobs that failed so
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
    Get(get::Args),
    Retry(RetryArgs),
}

/// Run the jobs again that are FAILED because of one kind of failure
#[derive(Debug, clap::Args)]
#[command(before_help = RETRY_EXAMPLES)]
struct RetryArgs {
    /// Fingerprint of the failure: 16 hexadecimal digits
    #[arg(add = completion::failures())]
    fingerprint: FailureFingerprint,
    /// Count and list the jobs, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.action {
        None => list::run(args.list, context),
        Some(Action::List(args)) => list::run(args, context),
        Some(Action::Get(args)) => get::run(&args, context),
        Some(Action::Retry(args)) => retry(&args, context),
    }
}

fn retry(args: &RetryArgs, context: &Context) -> Result<Exit, Failure> {
    let filter = format!("fingerprint:{}", args.fingerprint);
    let filter = filter.parse().expect("a fingerprint is a valid term");
    change_selected(&filter, args.dry_run, BulkAction::Retry, context)
}
