//! Tests of the executable: commands, output and exit codes, each against an observatory of its own.

mod alerts;
#[cfg(unix)]
mod attach;
#[cfg(unix)]
mod backends;
mod batches;
mod bench;
#[cfg(unix)]
mod bulk;
#[cfg(unix)]
mod cluster;
#[cfg(unix)]
mod completions;
mod configuration;
mod contract_check;
mod doctor;
#[cfg(unix)]
mod down;
mod drill;
#[cfg(unix)]
mod edit;
#[cfg(unix)]
mod exit_codes;
mod expected_metrics;
mod exposition;
mod failures;
mod fake_server;
mod filters;
mod formats;
mod freshness;
mod gate;
mod help;
mod jobs;
mod lifecycle;
mod metrics;
mod offline;
mod open;
#[cfg(target_os = "linux")]
mod process;
mod production;
mod profiles;
mod program;
#[cfg(unix)]
mod pty;
mod refusals;
#[cfg(unix)]
mod role;
mod runbooks;
#[cfg(unix)]
mod serve;
mod stream_gaps;
mod stuck_jobs;
mod terminal;
mod tokens;
mod trace_limits;
mod traces;
#[cfg(unix)]
mod traces_cluster;
mod up;
#[cfg(unix)]
mod watch;
#[cfg(unix)]
mod web;
