//! One file per command: its arguments, and what it does with them.

pub(crate) mod bench;
pub(crate) mod completions;
pub(crate) mod contracts;
pub(crate) mod dlq;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod jobs;
pub(crate) mod man;
pub(crate) mod rebuild_views;
pub(crate) mod serve;
mod starting;
pub(crate) mod status;
pub(crate) mod submit;
pub(crate) mod up;
pub(crate) mod version;

use crate::cli::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Does what the command line asks for.
pub(crate) fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Up(args) => up::run(args, context),
        Command::Serve(args) => serve::run(args, context),
        Command::Submit(args) => submit::run(*args, context),
        Command::Jobs(args) => jobs::run(*args, context),
        Command::Events(args) => events::run(args, context),
        Command::Status(args) => status::run(args, context),
        Command::Explain(args) => explain::run(args, context),
        Command::Dlq(args) => dlq::run(args, context),
        Command::RebuildViews(args) => rebuild_views::run(args, context),
        Command::Contracts(args) => contracts::run(args, context),
        Command::Bench(args) => bench::run(args, context),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, context),
        Command::Version(args) => version::run(args, context),
    }
}
