//! Build, test and release automation, instead of shell scripts and make files.
//!
//! It runs `cargo`, `git` and `python3`, and uses the product only through its commands and its HTTP API. Run it as
//! `cargo xtask <command>`; each command has a file under `commands/`.

mod alert_contract;
mod alert_rules;
mod build_progress;
mod cluster;
mod commands;
mod containers;
mod coverage;
mod dashboard;
mod dist;
mod generated;
mod grafana;
mod http;
mod interrupt;
mod kubernetes;
mod monitoring;
mod nemesis;
mod node;
mod observatory;
mod process;
mod python;
mod revision;
mod screens;
mod service_process;
mod suites;
mod tally;
mod targets;
mod tidy;
mod web_pages;
#[cfg(test)]
mod workflow_tests;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Build, test and release automation"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build odd-dashboard and start it: every role in one process, or a cluster on this machine
    Up(commands::up::Args),
    /// Build the image of the roles from this checkout, and start the demonstration on Docker Compose
    Demo,
    /// Start the deployments on Docker Compose, check them, and restart them under load: about 10 minutes, needs Docker, or root on Debian
    Containers(commands::containers::Args),
    /// Build the pages of the web dashboard, which the next build of odd-dashboard contains
    Web,
    /// Run every test: Rust, web dashboard, Schemathesis, cluster faults, restarts and alerts, crash referee
    Test(commands::test::Args),
    /// Run every check that a change has to pass
    Ci(commands::ci::Args),
    /// Run the Rust tests on an instrumented build and check how many lines they execute
    Coverage(commands::coverage::Args),
    /// Check the rules of the repository: layers, manifests, sources, language, docs
    Tidy,
    /// Write the files that are generated from the contracts
    Generate,
    /// Measure the deployed binary against the performance targets
    Bench(commands::bench::Args),
    /// Make the files of a release, or check them
    Dist(commands::dist::Args),
    /// Take the pictures of the terminal interface, and record its tour
    Screens(commands::screens::Args),
    /// Build odd-dashboard and its image, and start it in a cluster of kind: needs Docker, kind and kubectl
    Kind(commands::kind::Args),
    /// Run the manifests on a real Kubernetes node
    Kubernetes(commands::kubernetes::Args),
    /// Kill the observatory at random moments and check its guarantees
    Referee(commands::referee::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let workspace = Workspace::locate()?;
    match command {
        Command::Up(args) => commands::up::run(&workspace, &args),
        Command::Demo => commands::demo::run(&workspace),
        Command::Containers(args) => commands::containers::run(&workspace, &args),
        Command::Web => web_pages::build(&workspace),
        Command::Test(args) => commands::test::run(&workspace, &args),
        Command::Ci(args) => commands::ci::run(&workspace, &args),
        Command::Coverage(args) => commands::coverage::run(&workspace, &args),
        Command::Tidy => commands::tidy::run(&workspace),
        Command::Generate => commands::generate::run(&workspace),
        Command::Bench(args) => commands::bench::run(&workspace, &args),
        Command::Dist(args) => commands::dist::run(&workspace, &args),
        Command::Screens(args) => commands::screens::run(&workspace, &args),
        Command::Kind(args) => commands::kind::run(&workspace, &args),
        Command::Kubernetes(args) => commands::kubernetes::run(&workspace, &args),
        Command::Referee(args) => commands::referee::run(&workspace, &args),
    }
}
