//! What the author of a handler needs, and the handlers that come with the system.
//!
//! A [`Handler`] does the work of one job type. It is given a [`JobContext`]: the payload, how far it may go
//! (deadline, cancellation), and a way to speak (progress, log lines). A [`HandlerRegistry`] holds the handlers
//! of a process; the gateway asks it about payloads, the processor runs what it finds there.
//!
//! This crate must not know any store, bus or service. Whoever runs a handler makes the context with
//! [`JobContext::new`] and takes what the handler said from the [`JobSignals`] that come with it; the unit
//! test of a handler does the same. `examples/custom_handler.rs` shows both sides.

mod built_in;
mod context;
mod error;
mod handler;
mod payload;
mod registry;
mod signals;
mod text;

pub use async_trait::async_trait;
pub use built_in::{
    AllowRule, AllowedProgram, BuiltInConfig, HttpRequest, HttpRequestConfig, InvalidAllowRule,
    InvalidProgram, NameResolver, ProcessRun, ProcessRunConfig,
};
pub use context::{JobContext, JobContextParts};
pub use error::HandlerError;
pub use handler::Handler;
pub use payload::{InvalidPayload, parse_payload};
pub use registry::HandlerRegistry;
pub use signals::{JobSignals, Signalled};
pub use tokio_util::sync::CancellationToken;
