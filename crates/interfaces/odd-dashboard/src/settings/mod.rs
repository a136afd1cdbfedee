//! What the program is told from outside: one list of settings, read from flag, environment, configuration
//! file and default, in this order. Nothing else in the workspace reads the environment.

mod client;
mod cluster;
mod durations;
mod file;
mod link;
mod list;
mod observatory;
mod production;
#[cfg(test)]
mod reference;
mod setting;
mod sources;
mod spelling;

pub(crate) use client::{ClientSettings, Endpoints, parse_url};
pub(crate) use cluster::ClusterSettings;
pub(crate) use durations::{parse_duration, parse_since};
pub(crate) use link::{Link, Server};
pub(crate) use list::SETTINGS;
pub(crate) use observatory::{Addresses, ObservatoryFlags, ObservatorySettings, data_dir};
pub(crate) use production::check_links;
pub(crate) use sources::Sources;
pub(crate) use spelling::closest_variable;
