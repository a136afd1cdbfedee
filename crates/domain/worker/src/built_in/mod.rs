//! The built-in handlers, one per file.

mod echo;
mod fail;
mod flaky;
mod http_request;
mod process_run;
mod sleep;

use odd_contracts::{JobType, RawJson};
use serde::{Deserialize, Serialize};

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

pub(crate) fn register_all(registry: &mut HandlerRegistry, config: BuiltInConfig) {
    registry.register(echo::Echo);
    registry.register(sleep::Sleep);
    registry.register(fail::Fail);
    registry.register(flaky::Flaky);
    registry.register(HttpRequest::new(&config.http));
    registry.register(ProcessRun::new(config.process));
}

fn job_type(name: &str) -> JobType {
    name.parse().expect("built-in types have legal names")
}

fn as_result(value: &impl Serialize) -> Option<RawJson> {
    let text =
        serde_json::to_string(value).expect("results of built-in handlers can be serialized");
    Some(RawJson::from_text(text).expect("serialized JSON is JSON"))
}

/// Converts external bytes to text. U+0000 is replaced because the contract forbids it.
fn inert_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}
