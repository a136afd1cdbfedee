use std::time::Instant;

use odd_client::{ClientError, EventFollower, Follow};
use odd_contracts::{EventEnvelope, StreamGap};

use crate::commands::retry::in_one_line;
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

    /// Waits for the next event. Returns `None` when events may have been missed.
    ///
    /// # Errors
    /// See [`EventFollower::next`].
    pub(super) async fn next(&mut self) -> Result<Option<EventEnvelope>, ClientError> {
        loop {
            let item = self.follower.next().await?;
            let notice = notice(&mut self.notices, &item, Instant::now());
            match (&item, notice) {
                (Follow::Resumed { is_complete: true }, Some(text)) => self.printer.note(&text),
                (_, Some(text)) => self.printer.warn(&text),
                (_, None) => {}
            }
            match item {
                Follow::Event(event) => return Ok(Some(*event)),
                Follow::Gap(_) | Follow::Resumed { is_complete: false } => return Ok(None),
                Follow::Reconnecting { .. } | Follow::Resumed { .. } => {}
            }
        }
    }
}

/// Returns the message about a lost or resumed connection, unless the last one is too recent. A gap is always reported.
fn notice(notices: &mut RetryNotices, item: &Follow, now: Instant) -> Option<String> {
    match item {
        Follow::Event(_) => None,
        Follow::Gap(StreamGap { first, last }) => Some(format!(
            "retention has removed events: those at the positions {first} to {last} are missing"
        )),
        Follow::Reconnecting { cause, .. } => {
            let text = || format!("{}; retrying", in_one_line(cause));
            notices.failed(now).then(text)
        }
        Follow::Resumed { is_complete } => {
            let outage = notices.recovered(now);
            let gap = match is_complete {
                true => outage.map(|_| "no event was missed"),
                // Reported even if the failure before it was not.
                false => Some("events may have been missed"),
            };
            let after = outage.map(|outage| format!(" after {:.1} s", outage.as_secs_f64()));
            let after = after.unwrap_or_default();
            gap.map(|gap| format!("the event stream is connected again{after}; {gap}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RESUMED: Follow = Follow::Resumed { is_complete: true };
    const GAP: Follow = Follow::Resumed { is_complete: false };

    fn lost(attempt: u32) -> Follow {
        let cause = ClientError::ConnectionLost {
            service: "read-model",
            url: "http://host/".to_owned(),
            source: "the stream ended".into(),
        };
        Follow::Reconnecting { attempt, cause }
    }

    #[test]
    fn ten_failures_in_five_seconds_are_reported_three_times() {
        let mut notices = RetryNotices::default();
        let start = Instant::now();
        let failures = (1..=10).map(lost);
        let every_half_second = (0..).map(|n| start + Duration::from_millis(500) * n);
        let reported: Vec<String> = failures
            .zip(every_half_second)
            .filter_map(|(failure, now)| notice(&mut notices, &failure, now))
            .collect();
        let text =
            "lost the connection to the read-model at http://host/: the stream ended; retrying";
        assert_eq!(reported, [text; 3]);

        let later = start + Duration::from_secs(5);
        let resumed = notice(&mut notices, &RESUMED, later);
        assert_eq!(
            resumed.as_deref(),
            Some("the event stream is connected again after 5.0 s; no event was missed")
        );
        assert_eq!(notice(&mut notices, &RESUMED, later), None);
    }

    #[test]
    fn gap_is_reported_with_its_bounds() {
        let gap = StreamGap { first: 8, last: 12 };
        let text = notice(
            &mut RetryNotices::default(),
            &Follow::Gap(gap),
            Instant::now(),
        );
        assert!(text.expect("a warning").contains("positions 8 to 12"));
    }

    #[test]
    fn stream_that_began_again_at_the_present_may_lack_events() {
        let mut notices = RetryNotices::default();
        let start = Instant::now();
        notices.failed(start);
        let mut at =
            |item: &Follow, ms| notice(&mut notices, item, start + Duration::from_millis(ms));
        assert_eq!(
            at(&GAP, 500).as_deref(),
            Some("the event stream is connected again after 0.5 s; events may have been missed")
        );
        assert_eq!(at(&lost(1), 600), None, "too recent");
        assert_eq!(
            at(&GAP, 700).as_deref(),
            Some("the event stream is connected again; events may have been missed")
        );
    }
}
