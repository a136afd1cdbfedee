//! The built-in handlers, as the gateway and the processor use them.

mod http_guard;
mod http_request;
mod http_server;
mod simple_handlers;
mod trial;
