//! The Distributed Task Observatory in one executable: every role, and every command that talks to a running one.
//!
//! The only crate that names adapters. `commands/` holds one file per command, `observatory/` composes the deployments
//! from their adapters, and `settings/` defines everything that can be configured.

mod build_info;
mod cli;
mod commands;
mod completion;
mod confirmation;
mod context;
mod exit;
mod failure;
mod global_args;
#[cfg(unix)]
mod init;
mod monitoring;
mod observatory;
mod open_files;
mod output;
mod retry_notices;
mod role_name;
mod settings;
mod signals;
mod steps;
mod typed_command;
mod usage;

use std::process::ExitCode;

use clap_complete::CompleteEnv;

use crate::context::Context;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Answers a shell that completes a command line, and exits.
    CompleteEnv::with_factory(cli::command)
        .var(completion::VARIABLE)
        .complete();
    let cli = match cli::parse() {
        Ok(cli) => cli,
        Err(error) => {
            let typed = typed_command::typed_command(&cli::command(), std::env::args_os());
            return usage::report(&error, &typed).into();
        }
    };
    #[cfg(unix)]
    if cli.command.as_ref().is_some_and(commands::runs_roles)
        && let Some(exit) = init::run_as_first_process()
    {
        return exit;
    }
    let context = match Context::new(cli.global) {
        Ok(context) => context,
        Err((printer, failure)) => {
            printer.failure(&failure);
            return failure.exit.into();
        }
    };
    context.warn_of_unknown_variables();
    let result = match cli.command {
        Some(command) => commands::run(command, cli::command, &context),
        None => commands::tui::run(cli.tui, cli::command, &context),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            context.printer.failure(&failure);
            failure.exit.into()
        }
    }
}
