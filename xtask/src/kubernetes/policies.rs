//! The enforcement of network policies on a node.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use odd_private_servers::GoModule;
use serde_json::{Value, json};

use super::control_plane::SERVICE_ADDRESSES;
use crate::workspace::Workspace;

const SOURCE: &str = "infra/k8s/test-tools/kube-router";
/// About five minutes of processor time, while other work has priority.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);

/// Builds the program, unless it was built from the same version before.
pub(super) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let module = GoModule {
        folder: &workspace.root.join(SOURCE),
        program: "kube-router",
        variables: &[],
        limit: BUILD_LIMIT,
    };
    module.build().context("cannot build kube-router")
}

/// Adds the arguments of the program to `command`.
pub(super) fn configure(command: &mut Command, node: &str, client: &Path) {
    command
        .arg(format!("--kubeconfig={}", client.display()))
        .arg(format!("--hostname-override={node}"))
        .arg(format!("--service-cluster-ip-range={SERVICE_ADDRESSES}"))
        .args(["--run-firewall=true", "--run-router=false"])
        .args(["--run-service-proxy=false", "--health-port=0"]);
}

/// Returns a policy that lets pods ask the DNS server of the node, which is no pod as that of a real cluster.
pub(crate) fn dns_policy(namespace: &str, address: &str) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "dns-of-the-node", "namespace": namespace},
        "spec": {
            "podSelector": {},
            "policyTypes": ["Egress"],
            "egress": [{
                "to": [{"ipBlock": {"cidr": format!("{address}/32")}}],
                "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
            }],
        },
    })
}
