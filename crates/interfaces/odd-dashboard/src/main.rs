//! The Distributed Task Observatory in one executable: every role, and every command that speaks to them.
//!
//! The only crate that names adapters. `commands/` holds one file per command, `observatory/` puts the
//! embedded deployment together, `settings/` is all there is to configure.

mod cli;
mod commands;
mod context;
mod exit;
mod failure;
mod observatory;
mod output;
mod settings;
mod signals;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::context::Context;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error).into(),
    };
    let context = match Context::new(cli.global) {
        Ok(context) => context,
        Err((printer, failure)) => {
            printer.failure(&failure);
            return failure.exit.into();
        }
    };
    match commands::run(cli.command, &context) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            context.printer.failure(&failure);
            failure.exit.into()
        }
    }
}
