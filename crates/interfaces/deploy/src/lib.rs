//! Runs the observatory in containers on this machine: with Docker Compose, and on Kubernetes with kind.
//!
//! The configuration of every service is part of the binary ([`Bundle`]). [`Credentials`] are generated once for each
//! deployment; all files with passwords derive from them. Containers are controlled through the programs `docker`, `kind` and
//! `kubectl`. Nothing here prints: progress is reported to the caller.

mod bundle;
mod compose;
mod deploy_error;
mod docker;
mod kind;
mod private_dir;
mod program;
mod secrets;

pub use bundle::Bundle;
pub use compose::{Compose, Mode, Published, Service, Stack, UpOptions};
pub use deploy_error::DeployError;
pub use kind::{
    Cluster, DEFAULT_NAME, Forward, Forwards, Image, NAMESPACE, NODE_IMAGE, Node, PodProblem,
    Snapshot, Workload, base_path,
};
pub use secrets::{Credentials, Secret, kubernetes_secrets, login};
