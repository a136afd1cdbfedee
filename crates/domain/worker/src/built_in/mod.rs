//! The handlers that come with the system, one per file.

mod echo;
mod fail;
mod flaky;
mod sleep;

use odd_contracts::JobType;
use serde::Deserialize;

use crate::HandlerRegistry;

/// How the built-in handlers behave.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuiltInConfig {}

pub(crate) fn register_all(registry: &mut HandlerRegistry, _config: BuiltInConfig) {
    registry.register(echo::Echo);
    registry.register(sleep::Sleep);
    registry.register(fail::Fail);
    registry.register(flaky::Flaky);
}

fn job_type(name: &str) -> JobType {
    name.parse().expect("built-in types have legal names")
}
