use std::time::Duration;

use odd_client::{Client, ClientError};
use odd_contracts::{UiRegistry, UiRegistryAnswer, UiRegistrySource};

use crate::output::Printer;

/// Longest wait for the read-model, before the registry of this build is used.
const LIMIT: Duration = Duration::from_secs(3);

/// Returns the registry of the read-model. If there is none that can be used, warns and returns that of this build.
pub(super) async fn read(client: &Client, printer: Printer) -> UiRegistryAnswer {
    let answer = tokio::time::timeout(LIMIT, client.ui_registry()).await;
    match usable(answer.unwrap_or_else(|_| Err(silent()))) {
        Ok(answer) => {
            if let Some(detail) = &answer.detail {
                printer.warn(&format!(
                    "the read-model uses its built-in registry: {detail}"
                ));
            }
            answer
        }
        Err(reason) => {
            printer.warn(&format!(
                "using the built-in registry of interfaces: {reason}"
            ));
            UiRegistryAnswer {
                source: UiRegistrySource::Fallback,
                detail: Some(reason),
                registry: UiRegistry::built_in(),
            }
        }
    }
}

fn usable(answer: Result<UiRegistryAnswer, ClientError>) -> Result<UiRegistryAnswer, String> {
    let answer = answer.map_err(|error| describe(&error))?;
    let checked = answer.registry.check();
    checked.map_err(|error| format!("that of the read-model is {error}"))?;
    Ok(answer)
}

fn describe(error: &ClientError) -> String {
    match error.root_cause() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

fn silent() -> ClientError {
    ClientError::Setup(format!("the read-model did not answer within {LIMIT:?}").into())
}
