//! Configuration files of the programs of a node.

use std::net::Ipv4Addr;
use std::path::Path;

use serde_json::json;

use super::dns;
use super::stand_ins::PAUSE;

/// Returns the configuration of containerd.
pub(super) fn containerd(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "version = 2\n\
         root = '{folder}/containerd/root'\n\
         state = '{folder}/containerd/state'\n\
         [grpc]\n\
         address = '{folder}/containerd.sock'\n\
         [plugins.'io.containerd.grpc.v1.cri']\n\
         sandbox_image = '{PAUSE}'\n\
         disable_apparmor = true\n\
         restrict_oom_score_adj = true\n\
         netns_mounts_under_state_dir = true\n\
         [plugins.'io.containerd.grpc.v1.cri'.cni]\n\
         bin_dir = '/usr/lib/cni'\n\
         conf_dir = '{folder}/cni'\n"
    )
}

/// Returns the configuration of the kubelet.
pub(super) fn kubelet(folder: &Path, address: Ipv4Addr) -> serde_json::Value {
    let path = |name: &str| folder.join(name).display().to_string();
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "failCgroupV1": false,
        "cgroupDriver": "cgroupfs",
        // No control groups of its own, which would remain.
        "cgroupsPerQOS": false,
        "enforceNodeAllocatable": [],
        "failSwapOn": false,
        "address": address,
        "healthzBindAddress": "127.0.0.1",
        // No one else reaches it.
        "authentication": {"anonymous": {"enabled": true}, "webhook": {"enabled": false}},
        "authorization": {"mode": "AlwaysAllow"},
        "resolvConf": path("resolv.conf"),
        "clusterDNS": [address],
        "clusterDomain": dns::DOMAIN,
        "containerRuntimeEndpoint": format!("unix://{}", path("containerd.sock")),
        "podLogsDir": path("logs"),
        "localStorageCapacityIsolation": false,
        "evictionHard": {"nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
    })
}
