use std::path::PathBuf;

use crate::screens;
use crate::web_pages;
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Show this binary of odd-dashboard instead of building one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let binary = match &args.binary {
        Some(binary) => std::path::absolute(binary)?,
        None => {
            web_pages::build_if_possible(workspace)?;
            workspace.build(Profile::UP)?;
            workspace.binary(Profile::UP)
        }
    };
    let folder = workspace.root.join("docs/images/terminal");
    screens::make(workspace, &binary, &folder)?;
    web_pages::take_pictures(workspace, &binary)
}
