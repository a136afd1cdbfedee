use clap::Subcommand;
use odd_contracts::JobId;

use crate::cli::TEMPLATE;
use crate::commands::jobs::print_changed;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

mod list;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard dlq list
  odd-dashboard dlq replay 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
  odd-dashboard dlq list -o name | xargs odd-dashboard dlq replay
";

/// Dead letters: jobs that gave up and wait for you
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::Args),
    Replay(ReplayArgs),
    Drop(DropArgs),
}

/// Run dead letters again
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE)]
struct ReplayArgs {
    /// The jobs' ids
    #[arg(required = true)]
    jobs: Vec<JobId>,
}

/// Give dead letters up; the jobs stay FAILED until retention removes them
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE)]
struct DropArgs {
    /// The jobs' ids
    #[arg(required = true)]
    jobs: Vec<JobId>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.action {
        Action::List(args) => list::run(args, context),
        Action::Replay(args) => replay(args, context),
        Action::Drop(args) => drop_letters(args, context),
    }
}

fn replay(args: ReplayArgs, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        for id in args.jobs {
            print_changed(context, &client.replay_dead_letter(id).await?)?;
        }
        Ok(Exit::Ok)
    })
}

fn drop_letters(args: DropArgs, context: &Context) -> Result<Exit, Failure> {
    context.confirm(&format!("Drop {} dead letters for good?", args.jobs.len()))?;
    context.with_client(async |client| {
        for id in args.jobs {
            client.drop_dead_letter(id).await?;
            context.printer.line(&id.to_string())?;
        }
        Ok(Exit::Ok)
    })
}
