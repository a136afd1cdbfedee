//! A Kubernetes cluster for tests, from programs that are built from source (`infra/k8s/test-tools`), and the manifests that
//! are applied to it.

mod control_plane;
mod definitions;
mod dns;
mod images;
mod kubectl;
mod machine;
mod manifests;
mod node;
mod policies;
mod programs;
mod references;
mod secrets;
mod services;
mod settings;
mod stand_ins;

pub(crate) use control_plane::ControlPlane;
pub(crate) use definitions::define;
pub(crate) use dns::{build as coredns, host_name};
pub(crate) use images::Images;
pub(crate) use kubectl::Kubectl;
pub(crate) use manifests::{elements, label, namespace, parse, pods, text};
pub(crate) use node::{ADDRESS as NODE_ADDRESS, Client, NAME as NODE, Node, replacement_program};
pub(crate) use policies::dns_policy;
pub(crate) use programs::{Programs, kubeadm, version};
pub(crate) use references::missing;
pub(crate) use secrets::secrets;
pub(crate) use services::unreachable;
pub(crate) use stand_ins::{IMAGE as STAND_IN, PAUSE, replace_programs, storage_class, volumes};
