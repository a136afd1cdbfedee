use crate::suites::containers;
use crate::tally::Tally;
use crate::workspace::{Profile, Workspace};

pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    workspace.build(Profile::DEV)?;
    let mut tally = Tally::default();
    tally.measure("containers", || containers::run(workspace));
    tally.conclude()
}
