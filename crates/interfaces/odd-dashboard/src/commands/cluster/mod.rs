//! `cluster`: the observatory on Kubernetes, in a cluster of kind on this machine.

mod announce;
mod down;
mod name;
mod progress;
mod status;
mod up;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

const EXAMPLES: &str = "  odd-dashboard cluster up
  odd-dashboard cluster status
  odd-dashboard cluster down";

/// Run the observatory on Kubernetes, in a cluster of kind on this machine
///
/// Needs Docker, kind and kubectl.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Up(Box<up::Args>),
    Status(status::Args),
    Down(down::Args),
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.action {
        Action::Up(args) => up::run(*args, context),
        Action::Status(args) => status::run(args, context),
        Action::Down(args) => down::run(args, context),
    }
}
