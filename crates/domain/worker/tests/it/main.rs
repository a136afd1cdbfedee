//! The built-in handlers, as the gateway and the processor use them.

mod http_bodies;
mod http_guard;
mod http_request;
mod http_server;
mod payload_schemas;
#[cfg(target_os = "linux")]
mod process_group;
#[cfg(unix)]
mod process_run;
#[cfg(unix)]
mod program_start;
mod simple_handlers;
mod trial;
