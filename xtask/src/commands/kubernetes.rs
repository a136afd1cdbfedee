use crate::suites::kubernetes_node;
use crate::tally::Tally;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    suite: Suite,
}

#[derive(clap::Subcommand)]
enum Suite {
    /// Run the overlay `kind` on a real node: about two minutes, needs root on Linux and containerd
    Node,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut tally = Tally::default();
    match args.suite {
        Suite::Node => tally.measure("kubernetes node", || kubernetes_node::run(workspace)),
    }
    tally.conclude()
}
