use std::path::{Path, PathBuf};

use clap::Subcommand;
use odd_contract_tools::{ContractSet, LoadError};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

mod check;
mod compat;
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

/// Finds the directory that holds `schemas/`: `dir` itself, or `contracts` in it.
fn contracts_dir(dir: &Path) -> Result<PathBuf, Failure> {
    [dir.to_owned(), dir.join("contracts")]
        .into_iter()
        .find(|candidate| candidate.join("schemas").is_dir())
        .ok_or_else(|| {
            Failure::usage(format!("there are no contracts in {}", dir.display()))
                .hint("name the directory that holds schemas/ with --dir")
        })
}

fn load(dir: &Path) -> Result<ContractSet, Failure> {
    ContractSet::from_dir(dir).map_err(unreadable)
}

fn unreadable(error: LoadError) -> Failure {
    Failure::failed(error.to_string()).cause(error.source)
}
