//! The configuration: one list of settings. A flag overrides the environment, the environment overrides the configuration
//! file, and the file overrides the default. A profile comes before the file, see [`Sources`]. No other code in the
//! workspace reads settings from the environment; `odd-desktop` and `odd-doctor` read facts about the desktop, the terminal and
//! the installed programs from it.

mod alert_webhook;
mod client;
mod client_list;
mod cluster;
mod durations;
mod file;
mod found;
mod list;
mod objectives;
mod observatory;
mod plaintext;
mod production;
mod profiles;
mod pty;
mod pty_list;
#[cfg(test)]
mod reference;
mod sections;
mod selected_profile;
mod server_url;
mod setting;
mod sources;
mod spelling;
mod trace_list;
mod traces;
mod tui;
mod values;
mod web;
mod web_list;

pub(crate) use alert_webhook::check_alert_webhook;
pub(crate) use client::{
    ClientSettings, Endpoints, local_web_url, parse_url, read_token_file, web_url,
};
pub(crate) use cluster::ClusterSettings;
pub(crate) use durations::{parse_duration, parse_since};
pub(crate) use list::{
    ALERTMANAGER_URL, GATEWAY_URL, GRAFANA_URL, HTTP_REQUEST_ALLOW, PROCESS_RUN_ALLOW,
    PROMETHEUS_URL, READ_MODEL_URL, SETTINGS, TOKEN, WEB_URL,
};
pub(crate) use observatory::{Addresses, ObservatoryFlags, ObservatorySettings, data_dir};
pub(crate) use production::check_server_urls;
pub(crate) use pty::PtySettings;
pub(crate) use pty_list::PTY_METRICS_ADDR;
pub(crate) use server_url::{Server, ServerUrl};
pub(crate) use sources::{Selection, Sources};
pub(crate) use spelling::{closest, closest_variable};
pub(crate) use traces::check_trace_endpoint;
pub(crate) use tui::TuiSettings;
pub(crate) use web::WebSettings;
