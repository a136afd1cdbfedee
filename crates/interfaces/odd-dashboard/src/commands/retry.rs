use std::cell::RefCell;
use std::time::Instant;

use odd_client::{ClientError, retry_transient};

use crate::output::Printer;
use crate::retry_notices::RetryNotices;

/// Repeats requests that fail with a transient error, and reports that on standard error at growing intervals. Several
/// requests may use it at the same time.
pub(super) struct Retries {
    printer: Printer,
    notices: RefCell<RetryNotices>,
}

impl Retries {
    pub(super) fn new(printer: Printer) -> Self {
        Self {
            printer,
            notices: RefCell::default(),
        }
    }

    /// Runs `call`, and repeats it while it fails with a transient error.
    ///
    /// # Errors
    /// See [`retry_transient`].
    pub(super) async fn run<T>(
        &self,
        call: impl AsyncFnMut() -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let report = |error: &ClientError| {
            if self.notices.borrow_mut().failed(Instant::now()) {
                let reason = in_one_line(error);
                self.printer.warn(&format!("{reason}; retrying"));
            }
        };
        retry_transient(call, report).await
    }
}

/// Renders an error and its innermost cause.
pub(super) fn in_one_line(error: &ClientError) -> String {
    let cause = match error {
        ClientError::Problem(problem) => Some(problem.detail.clone()),
        _ => error.root_cause().map(ToString::to_string),
    };
    match cause {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
