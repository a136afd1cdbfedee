use std::process::Command;

use anyhow::Context;

use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Passed on to `odd-dashboard up`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    eprintln!(
        "Building the release binary (minutes the first time), then starting `odd-dashboard up`."
    );
    eprintln!("Ctrl+C stops it; what it accepted stays in its data directory.");
    let mut command = workspace.cargo("run");
    command
        .args([
            "--release",
            "--locked",
            "--package",
            "odd-dashboard",
            "--",
            "up",
        ])
        .args(&args.rest);
    become_child(&mut command)
}

/// Hands this process over, so that signals reach the observatory itself.
#[cfg(unix)]
fn become_child(command: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("cannot start cargo")
}

#[cfg(not(unix))]
fn become_child(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().context("cannot start cargo")?;
    std::process::exit(status.code().unwrap_or(1))
}
