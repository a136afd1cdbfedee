use clap::Subcommand;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

mod check;
mod compat;
mod load;
mod revision;

const EXAMPLES: &str = "  odd-dashboard contracts check
  odd-dashboard contracts compat --base main
  odd-dashboard contracts compat --base ../released/contracts -o json";

/// Check the contract documents, and that their versions match their changes
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Check(check::Args),
    Compat(compat::Args),
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.action {
        Action::Check(args) => check::run(&args, context),
        Action::Compat(args) => compat::run(&args, context),
    }
}
