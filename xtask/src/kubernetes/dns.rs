//! The DNS server of a node.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use odd_private_servers::GoModule;

use crate::workspace::Workspace;

/// The domain of the names of Services.
pub(super) const DOMAIN: &str = "cluster.local";
const SOURCE: &str = "infra/k8s/test-tools/coredns";
/// About five minutes of processor time, while other work has priority.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);

/// Returns the name of a Service, which resolves inside a node.
pub(crate) fn host_name(service: &str, namespace: &str) -> String {
    format!("{service}.{namespace}.svc.{DOMAIN}")
}

/// Builds the server, unless it was built from the same version before.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let module = GoModule {
        folder: &workspace.root.join(SOURCE),
        program: "coredns",
        variables: &[],
        limit: BUILD_LIMIT,
    };
    module.build().context("cannot build CoreDNS")
}

/// Writes the configuration of a server that answers with the Services of a cluster, and adds its arguments to `command`.
pub(super) fn configure(
    command: &mut Command,
    folder: &Path,
    address: Ipv4Addr,
    client: &Path,
) -> anyhow::Result<()> {
    let client = client.display();
    let configuration = format!(
        ".:53 {{\n\
         \tbind {address}\n\
         \terrors\n\
         \tkubernetes {DOMAIN} {{\n\
         \t\tkubeconfig {client}\n\
         \t}}\n\
         }}\n"
    );
    let file = folder.join("Corefile");
    fs::write(&file, configuration).context("cannot write the configuration of CoreDNS")?;
    command.arg("-conf").arg(file);
    Ok(())
}
