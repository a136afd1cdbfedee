use crate::interrupt;
use crate::suites::containers;
use crate::tally::Tally;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    interrupt::catch()?;
    workspace.build_all()?;
    let mut tally = Tally::default();
    tally.measure("containers", || containers::run(workspace));
    tally.conclude()
}
