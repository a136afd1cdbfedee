use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use odd_core::ports::{EventStream, LogEntry, LogRecord, Position, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{EventFilter, StreamPlace, frame};

const HEARTBEAT: Duration = Duration::from_secs(15);

/// A frame is closed once it is this long. What has been drawn from the bus and not sent yet is bounded by one
/// batch of the bus; the next is drawn only when the client has taken it.
const FRAME_BYTES: usize = 64 * 1024;

/// One client's place in the stream.
pub(crate) struct Follower {
    events: Box<dyn EventStream>,
    filter: EventFilter,
    /// Everything up to here was sent or left out.
    position: Position,
    is_open: bool,
    waiting: VecDeque<LogRecord>,
    heartbeat_at: Instant,
    shutdown: CancellationToken,
    _place: StreamPlace,
}

enum Heard {
    Entries(Vec<LogRecord>),
    Silence,
    End,
}

impl Follower {
    /// Follows `events`, which begin after `start`.
    pub(crate) fn new(
        events: Box<dyn EventStream>,
        start: Position,
        filter: EventFilter,
        place: StreamPlace,
        shutdown: CancellationToken,
    ) -> Self {
        Self {
            events,
            filter,
            position: start,
            is_open: false,
            waiting: VecDeque::new(),
            heartbeat_at: Instant::now() + HEARTBEAT,
            shutdown,
            _place: place,
        }
    }

    /// The frames to send. Ends on shutdown and when the bus fails; the client resumes where it was.
    pub(crate) fn into_frames(self) -> impl Stream<Item = Result<String, Infallible>> + Send {
        unfold(self, |mut follower| async move {
            let frame = follower.next_frame().await?;
            follower.heartbeat_at = Instant::now() + HEARTBEAT;
            Some((Ok(frame), follower))
        })
    }

    async fn next_frame(&mut self) -> Option<String> {
        if !std::mem::replace(&mut self.is_open, true) {
            return Some(frame::opening(self.position));
        }
        loop {
            if self.waiting.is_empty() {
                match self.listen().await {
                    Heard::Entries(entries) => self.waiting.extend(entries),
                    Heard::Silence => return Some(frame::heartbeat(self.position)),
                    Heard::End => return None,
                }
            }
            let frame = self.fill_frame();
            if !frame.is_empty() {
                return Some(frame);
            }
        }
    }

    async fn listen(&mut self) -> Heard {
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => Heard::End,
            () = tokio::time::sleep_until(self.heartbeat_at) => Heard::Silence,
            next = self.events.next() => match next {
                Ok(entries) => Heard::Entries(entries),
                Err(error) => {
                    log_end(&error);
                    Heard::End
                }
            },
        }
    }

    /// Wanted events out of what waits, until there are enough bytes.
    fn fill_frame(&mut self) -> String {
        let mut frame = String::new();
        while frame.len() < FRAME_BYTES {
            let Some(recorded) = self.waiting.pop_front() else {
                break;
            };
            self.position = recorded.position;
            if let LogEntry::Event(event) = &recorded.entry
                && self.filter.admits(event)
            {
                frame::push_event(&mut frame, recorded.position, event);
            }
        }
        frame
    }
}

fn log_end(error: &StoreError) {
    match error {
        StoreError::Closed => {}
        StoreError::Unavailable(_) => tracing::warn!(%error, "an event stream was cut"),
        StoreError::Broken(_) => tracing::error!(%error, "an event stream was cut"),
    }
}
