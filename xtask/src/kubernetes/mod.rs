//! A Kubernetes cluster for tests, from programs that are built from source (`infra/k8s/test-tools`), and the manifests that
//! are applied to it.

mod control_plane;
mod definitions;
mod kubectl;
mod manifests;
mod programs;
mod references;
mod services;

pub(crate) use control_plane::ControlPlane;
pub(crate) use definitions::define;
pub(crate) use kubectl::Kubectl;
pub(crate) use manifests::{label, parse, pods};
pub(crate) use programs::Programs;
pub(crate) use references::{missing, secrets};
pub(crate) use services::unreachable;
