//! The read model over real HTTP. Each test has its own store, views and bus.

#[cfg(unix)]
mod alertmanager;
mod alerts;
mod attempt_log;
mod contract;
mod embedded_alerts;
mod events;
mod explain;
mod failures;
mod figures;
mod freshness;
mod integrity;
mod jobs;
mod observatory;
mod other_services;
mod path_template;
mod queues;
mod refusals;
mod stream;
mod stream_reader;
mod types;
mod ui_registry;
mod workers;
