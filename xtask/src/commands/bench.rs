use crate::process;
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Passed on to `odd-dashboard bench`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    workspace.build_release()?;
    let mut bench = std::process::Command::new(workspace.binary(Profile::Release));
    process::run(bench.arg("bench").args(&args.rest))
}
