//! One file per command: its arguments, and what it does.

mod alerts;
mod announce;
mod attach;
mod bench;
mod cluster;
mod completions;
mod compose;
mod containers;
mod contracts;
mod deployment;
mod dlq;
mod doctor;
mod down;
mod drill;
mod each;
mod events;
mod explain;
mod failures;
mod follow;
mod gate;
mod healthcheck;
mod integrity;
mod job_ids;
mod jobs;
mod man;
mod open;
mod print_job;
mod queues;
mod rebuild_views;
mod retry;
mod role_process;
mod secrets;
mod serve;
mod serve_web_pty;
mod status;
mod submit;
pub(crate) mod tui;
mod types;
mod up;
mod version;
mod watch;
mod workers;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Every command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Up(up::Args),
    Down(down::Args),
    Cluster(cluster::Args),
    Serve(serve::Args),
    Submit(Box<submit::Args>),
    Jobs(Box<jobs::Args>),
    Events(events::Args),
    Queues(queues::Args),
    Workers(workers::Args),
    Types(types::Args),
    Failures(failures::Args),
    Status(status::Args),
    Integrity(integrity::Args),
    Doctor(doctor::Args),
    Open(open::Args),
    Attach(attach::Args),
    Explain(explain::Args),
    Dlq(dlq::Args),
    Alerts(alerts::Args),
    RebuildViews(rebuild_views::Args),
    Contracts(contracts::Args),
    Secrets(secrets::Args),
    Gate(gate::Args),
    Healthcheck(healthcheck::Args),
    Drill(drill::Args),
    Bench(bench::Args),
    Completions(completions::Args),
    Man(man::Args),
    Version(version::Args),
}

/// Returns `true` for commands that run roles until they are stopped.
#[cfg(unix)]
pub(crate) fn runs_roles(command: &Command) -> bool {
    matches!(command, Command::Up(_) | Command::Serve(_))
}

/// Runs a command. `root` builds the whole command line, for manual pages.
pub(crate) fn run(
    command: Command,
    root: fn() -> clap::Command,
    context: &Context,
) -> Result<Exit, Failure> {
    match command {
        Command::Up(args) => up::run(args, context),
        Command::Down(args) => down::run(args, context),
        Command::Cluster(args) => cluster::run(args, context),
        Command::Serve(args) => serve::run(args, context),
        Command::Submit(args) => submit::run(*args, context),
        Command::Jobs(args) => jobs::run(*args, context),
        Command::Events(args) => events::run(args, context),
        Command::Queues(args) => queues::run(args, context),
        Command::Workers(args) => workers::run(args, context),
        Command::Types(args) => types::run(args, context),
        Command::Failures(args) => failures::run(args, context),
        Command::Status(args) => status::run(args, context),
        Command::Integrity(args) => integrity::run(args, context),
        Command::Doctor(args) => doctor::run(args, context),
        Command::Open(args) => open::run(args, context),
        Command::Attach(args) => attach::run(args, context),
        Command::Explain(args) => explain::run(args, context),
        Command::Dlq(args) => dlq::run(args, context),
        Command::Alerts(args) => alerts::run(args, context),
        Command::RebuildViews(args) => rebuild_views::run(args, context),
        Command::Contracts(args) => contracts::run(args, context),
        Command::Secrets(args) => secrets::run(args, context),
        Command::Gate(args) => gate::run(args, context),
        Command::Healthcheck(args) => healthcheck::run(args, context),
        Command::Drill(args) => drill::run(args, context),
        Command::Bench(args) => bench::run(args, context),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, root(), context),
        Command::Version(args) => version::run(args, context),
    }
}
