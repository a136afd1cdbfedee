use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::Event;
use futures_util::Stream;
use futures_util::stream::unfold;
use odd_contracts::StreamGap;
use odd_core::ports::{ErrorChain, EventStream, LogEntry, LogRecord, Position, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{EventFilter, StreamPermit, sse};

const HEARTBEAT: Duration = Duration::from_secs(15);

/// Sends the events of one subscription to one client. It holds at most one batch of the bus; the next batch is requested
/// when the client has received all of it.
pub(crate) struct Follower {
    events: Box<dyn EventStream>,
    filter: EventFilter,
    /// Everything up to this position was sent or left out.
    position: Position,
    is_open: bool,
    unsent: VecDeque<LogRecord>,
    /// A gap that the client was not told.
    missing: Option<StreamGap>,
    heartbeat_at: Instant,
    shutdown: CancellationToken,
    _permit: StreamPermit,
}

enum Input {
    Records(Vec<LogRecord>),
    HeartbeatDue,
    End,
}

impl Follower {
    /// Creates a follower of `events`, which begin after `start`.
    pub(crate) fn new(
        events: Box<dyn EventStream>,
        start: Position,
        filter: EventFilter,
        permit: StreamPermit,
        shutdown: CancellationToken,
    ) -> Self {
        Self {
            events,
            filter,
            position: start,
            is_open: false,
            unsent: VecDeque::new(),
            missing: None,
            heartbeat_at: Instant::now() + HEARTBEAT,
            shutdown,
            _permit: permit,
        }
    }

    /// Returns the messages to send. The stream ends on shutdown and when the bus fails; the client then resumes from the last
    /// id that it received.
    pub(crate) fn into_messages(self) -> impl Stream<Item = Result<Event, Infallible>> + Send {
        unfold(self, |mut follower| async move {
            let message = follower.next_message().await?;
            follower.heartbeat_at = Instant::now() + HEARTBEAT;
            Some((Ok(message), follower))
        })
    }

    async fn next_message(&mut self) -> Option<Event> {
        if !std::mem::replace(&mut self.is_open, true) {
            return Some(sse::opening(self.position));
        }
        loop {
            if let Some(message) = self.next_unsent() {
                return Some(message);
            }
            match self.receive().await {
                Input::Records(records) => self.unsent.extend(records),
                Input::HeartbeatDue => return Some(sse::heartbeat(self.position)),
                Input::End => return None,
            }
        }
    }

    async fn receive(&mut self) -> Input {
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => Input::End,
            () = tokio::time::sleep_until(self.heartbeat_at) => Input::HeartbeatDue,
            next = self.events.next() => match next {
                Ok(records) => Input::Records(records),
                Err(error) => {
                    log_failure(&error);
                    Input::End
                }
            },
        }
    }

    /// Returns the message for the next unsent event that the filter admits, or for the gap before it.
    fn next_unsent(&mut self) -> Option<Event> {
        while let Some(record) = self.unsent.pop_front() {
            self.note_gap_before(record.position);
            if let LogEntry::Event(event) = &record.entry
                && self.filter.admits(event)
            {
                if let Some(gap) = self.missing.take() {
                    self.unsent.push_front(record);
                    return Some(sse::gap(self.position, gap));
                }
                self.position = record.position;
                return Some(sse::message(record.position, event));
            }
            self.position = record.position;
        }
        let gap = self.missing.take()?;
        Some(sse::gap(self.position, gap))
    }

    /// Positions are consecutive, so retention has removed those between two entries. Gaps around events that the filter leaves
    /// out become one.
    fn note_gap_before(&mut self, next: Position) {
        let first = self.position.0.saturating_add(1);
        if next.0 > first {
            let last = next.0 - 1;
            let first = self.missing.map_or(first, |gap| gap.first);
            self.missing = Some(StreamGap { first, last });
            self.position = Position(last);
        }
    }
}

fn log_failure(error: &StoreError) {
    let chain = ErrorChain(error);
    match error {
        StoreError::Closed => {}
        StoreError::Unavailable(_) => tracing::warn!(error = %chain, "an event stream was closed"),
        StoreError::Broken(_) => tracing::error!(error = %chain, "an event stream was closed"),
    }
}
