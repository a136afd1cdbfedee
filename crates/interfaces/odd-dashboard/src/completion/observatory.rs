use std::time::Duration;

use odd_client::{Client, ClientError};

use crate::completion::typed_options::TypedOptions;

/// The environment variable with which the shell asks this program for candidates. It is not a setting, so it does not begin with `ODD_`.
pub(crate) const VARIABLE: &str = "_ODD_DASHBOARD_COMPLETE";

/// Longest wait for an answer: a shell that completes must not seem to hang.
const LIMIT: Duration = Duration::from_millis(300);

/// Asks the observatory that the typed command line selects. Returns `None` when it does not answer in time, or refuses.
pub(super) fn ask<T>(query: impl AsyncFnOnce(Client) -> Result<T, ClientError>) -> Option<T> {
    let client = TypedOptions::of_process()
        .client_settings()?
        .connect()
        .ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    let answer = runtime.block_on(async { tokio::time::timeout(LIMIT, query(client)).await });
    // The resolution of a name can take longer, and continues on another thread.
    runtime.shutdown_background();
    answer.ok()?.ok()
}
