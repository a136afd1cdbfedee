use std::path::PathBuf;

use crate::containers::{self, Engine, Images};
use crate::interrupt;
use crate::suites;
use crate::tally::Tally;
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only build the images, and write them to an archive, for `cargo xtask kubernetes node --images TAR`
    #[arg(long, value_name = "TAR")]
    save: Option<PathBuf>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    interrupt::catch()?;
    workspace.build_all()?;
    if let Some(archive) = &args.save {
        let engine = Engine::find(workspace)?;
        Images::prepare(workspace, &engine, Profile::DEV)?;
        return containers::save(workspace, &engine, archive);
    }
    let mut tally = Tally::default();
    tally.measure("containers", || suites::containers::run(workspace));
    tally.conclude()
}
