//! What the program is told from outside: one list of settings, read from flag, environment, configuration
//! file and default, in this order. Nothing else in the workspace reads the environment.

mod client;
mod cluster;
mod durations;
mod file;
mod list;
mod observatory;
#[cfg(test)]
mod reference;
mod sources;
mod spelling;

pub(crate) use client::{ClientSettings, Endpoints, parse_url};
pub(crate) use cluster::ClusterSettings;
pub(crate) use durations::{parse_duration, parse_since};
pub(crate) use list::SETTINGS;
pub(crate) use observatory::{Addresses, ObservatoryFlags, ObservatorySettings, data_dir};
pub(crate) use sources::Sources;
pub(crate) use spelling::closest_variable;
