//! The built-in handlers, one per file.

mod echo;
mod fail;
mod flaky;
mod http_request;
mod process_run;
mod sleep;
mod values;

use serde::Deserialize;

pub use http_request::{AllowRule, HttpRequest, HttpRequestConfig, InvalidAllowRule, NameResolver};
pub use process_run::{AllowedProgram, InvalidProgram, ProcessRun, ProcessRunConfig};

use crate::HandlerRegistry;

/// The settings of the built-in handlers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuiltInConfig {
    /// Settings of `http.request`.
    pub http: HttpRequestConfig,
    /// Settings of `process.run`.
    pub process: ProcessRunConfig,
}

impl HandlerRegistry {
    /// Creates a registry with the built-in handlers.
    pub fn built_in(config: BuiltInConfig) -> Self {
        let mut registry = Self::new();
        registry.register(echo::Echo);
        registry.register(sleep::Sleep);
        registry.register(fail::Fail);
        registry.register(flaky::Flaky);
        registry.register(HttpRequest::new(&config.http));
        registry.register(ProcessRun::new(config.process));
        registry
    }
}
