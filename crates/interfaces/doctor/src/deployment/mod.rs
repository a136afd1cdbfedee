//! The probes of a running deployment, over the typed client.

mod access;
mod build_info;
mod clock_skew;
mod exposure;
mod probes;
mod retention;
mod role_builds;
mod services;
mod view_lag;

pub use access::DeploymentAccess;
pub use probes::deployment_probes;
