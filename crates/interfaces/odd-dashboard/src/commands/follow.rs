use std::time::Instant;

use odd_client::{ClientError, EventFollower, Follow};
use odd_contracts::EventEnvelope;

use crate::output::Printer;
use crate::retry_notices::RetryNotices;

/// Reads an event stream, and reports lost connections on standard error.
pub(super) struct ReportedFollower {
    follower: EventFollower,
    printer: Printer,
    notices: RetryNotices,
}

impl ReportedFollower {
    pub(super) fn new(follower: EventFollower, printer: Printer) -> Self {
        Self {
            follower,
            printer,
            notices: RetryNotices::default(),
        }
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// See [`EventFollower::next`].
    pub(super) async fn next(&mut self) -> Result<EventEnvelope, ClientError> {
        loop {
            match self.follower.next().await? {
                Follow::Event(event) => return Ok(*event),
                Follow::Reconnecting { cause, .. } => {
                    if self.notices.failed(Instant::now()) {
                        self.printer.warn(&format!("{cause}; retrying"));
                    }
                }
                Follow::Resumed => {
                    if let Some(outage) = self.notices.recovered(Instant::now()) {
                        let seconds = outage.as_secs_f64();
                        self.printer.note(&format!(
                            "the event stream is connected again after {seconds:.1} s; no event was missed"
                        ));
                    }
                }
            }
        }
    }
}
