//! The composition root: builds the embedded deployment, and each role of the distributed one, from their parts. No other
//! module knows which adapter implements which port.

mod cluster;
mod data_dir;
mod drills;
mod embedded;
mod embedded_runtime;
mod interfaces;
mod listeners;
mod readiness;
mod rebuild;
mod role_runtime;
mod role_task;
mod roles;
mod server_probes;
mod startup;
mod tool_producer;
mod tracers;
mod trust;
mod web;
mod web_pty;

pub(crate) use data_dir::DataDir;
pub(crate) use embedded::open_log;
pub(crate) use embedded_runtime::Observatory;
pub(crate) use listeners::{Listeners, bind, bind_pty_metrics, url};
pub(crate) use readiness::probe;
pub(crate) use rebuild::rebuild_cluster_views;
pub(crate) use role_runtime::{serve, serve_web};
pub(crate) use server_probes::server_probes;
pub(crate) use web_pty::{WebPtyListeners, serve_web_pty};
