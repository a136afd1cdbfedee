//! The observatory on Kubernetes, in a cluster of kind on this machine.

mod cluster;
mod files;
mod forward;
mod image;
mod pod;
mod rollout;
mod snapshot;
mod tools;
mod workload;

pub use cluster::{Cluster, NAMESPACE, Node};
pub use forward::{Forward, Forwards, base_path};
pub use image::Image;
pub use pod::PodProblem;
pub use snapshot::Snapshot;
pub use workload::Workload;

/// The name of the cluster, unless another one is given.
pub const DEFAULT_NAME: &str = "observatory";

/// The image of the nodes. Newer than kind itself, whose default would be an older Kubernetes.
pub const NODE_IMAGE: &str =
    "kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5";
