//! Tests of the executable: commands, output and exit codes, each against an observatory of its own.

#[cfg(unix)]
mod backends;
mod batches;
mod bench;
mod configuration;
mod fake_server;
mod freshness;
mod help;
mod jobs;
mod lifecycle;
mod offline;
mod production;
mod program;
mod refusals;
#[cfg(unix)]
mod role;
#[cfg(unix)]
mod serve;
mod stream_gaps;
mod terminal;
mod tokens;
mod traces;
#[cfg(unix)]
mod traces_cluster;
mod up;
