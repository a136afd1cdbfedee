use std::path::PathBuf;

use crate::suites::{kubernetes_kind, kubernetes_node};
use crate::tally::Tally;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    suite: Suite,
}

#[derive(clap::Subcommand)]
enum Suite {
    /// Run `odd-dashboard cluster` on a cluster of kind: about ten minutes, and more for the first time. Where no Docker engine
    /// answers, it needs root on Debian with the packages docker.io and debootstrap
    Kind,
    /// Run the overlay `kind` on a real node: about two minutes, needs root on Linux and containerd
    Node {
        /// Archive that `docker save` wrote, with images of the manifests. Containers without an image in it run another
        /// program. With those of the observatory, it has to pass the gate
        #[arg(long, value_name = "TAR")]
        images: Option<PathBuf>,
    },
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut tally = Tally::default();
    match &args.suite {
        Suite::Kind => {
            workspace.build_all()?;
            tally.measure("kind", || kubernetes_kind::run(workspace));
        }
        Suite::Node { images } => tally.measure("kubernetes node", || {
            kubernetes_node::run(workspace, images.as_deref())
        }),
    }
    tally.conclude()
}
