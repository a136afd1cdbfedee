//! The interface for job handlers, and the built-in handlers.
//!
//! A [`Handler`] runs the jobs of one type. It receives a [`JobContext`]: the payload, the deadline, a cancellation token, and
//! methods to report progress and log lines. A [`HandlerRegistry`] holds the handlers of a process: the gateway validates
//! payloads with them, the processor runs them.
//!
//! This crate must not know any store, bus or service. The caller of a handler creates the context with [`JobContext::new`] and
//! receives its progress and log lines from the [`JobSignals`] that come with it; unit tests of handlers do the same.
//! `examples/custom_handler.rs` shows both sides.

mod built_in;
mod context;
mod error;
mod handler;
mod log_end;
mod payload;
mod payload_shape;
mod registry;
mod shortage;
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
pub use signals::{JobSignals, Updates};
pub use tokio_util::sync::CancellationToken;
