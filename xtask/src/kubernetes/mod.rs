//! A Kubernetes cluster for tests, from programs that are built from source (`infra/k8s/test-tools`), and the manifests that
//! are applied to it.

mod control_plane;
mod definitions;
mod kubectl;
mod machine;
mod manifests;
mod node;
mod programs;
mod references;
mod services;
mod stand_ins;

pub(crate) use control_plane::ControlPlane;
pub(crate) use definitions::define;
pub(crate) use kubectl::Kubectl;
pub(crate) use manifests::{elements, label, parse, pods, text};
pub(crate) use node::{NAME as NODE, Node};
pub(crate) use programs::Programs;
pub(crate) use references::{missing, secrets};
pub(crate) use services::unreachable;
pub(crate) use stand_ins::{replace_programs, volumes};
