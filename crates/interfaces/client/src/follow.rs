use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use odd_contracts::{EventEnvelope, StreamGap};
use reqwest::Method;
use reqwest::header::ACCEPT;
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::sse::{SseEvent, SseParser};
use crate::{Client, ClientError, EventFilter};

/// Time without data after which the connection counts as lost. The server sends comments far more often.
const SILENCE_LIMIT: Duration = Duration::from_secs(60);

/// Name of the message about removed events.
const GAP: &str = "gap";

/// An item of a followed stream.
#[derive(Debug)]
pub enum Follow {
    /// The next event.
    Event(Box<EventEnvelope>),
    /// Retention had removed events before the follower resumed after an interruption: those of these positions are missing.
    Gap(StreamGap),
    /// The connection was lost, or a reconnection failed. The follower reconnects after the last event it has seen.
    Reconnecting {
        /// Consecutive failures so far, from 1.
        attempt: u32,
        /// The failure.
        cause: ClientError,
    },
    /// The connection works again.
    Resumed {
        /// `true` when the stream resumed after the last event seen, so that none was missed. `false` when the connection
        /// broke before the server had sent a position: the stream began again at the present.
        is_complete: bool,
    },
}

/// Follows the live stream and resumes after a lost connection without gap or repeat, once the server has sent a position.
pub struct EventFollower {
    client: Client,
    filter: EventFilter,
    last_event_id: Option<String>,
    connection: Option<Connection>,
    ready: VecDeque<SseEvent>,
    backoff: Backoff,
    /// The delay before the next connection.
    delay: Duration,
}

struct Connection {
    opened_at: Instant,
    bytes: BoxStream<'static, reqwest::Result<Bytes>>,
    parser: SseParser,
    /// Whether it was opened at a position that the server had sent.
    has_start: bool,
}

impl Client {
    /// Opens the event stream. Every event that is committed after this returns is yielded, unless the follower reports that
    /// it could not resume without a gap ([`Follow::Resumed`]).
    ///
    /// # Errors
    /// See [`ClientError`]: the first connection is not retried.
    pub async fn follow_events(&self, filter: EventFilter) -> Result<EventFollower, ClientError> {
        let mut follower = EventFollower {
            client: self.clone(),
            filter,
            last_event_id: None,
            connection: None,
            ready: VecDeque::new(),
            backoff: Backoff::default(),
            delay: Duration::ZERO,
        };
        follower.connect().await?;
        Ok(follower)
    }
}

impl EventFollower {
    /// Waits for the next item. Cancel-safe, except that a cancelled reconnection starts again.
    ///
    /// # Errors
    /// When too many reconnections have failed in a row, or the server rejects one for good.
    pub async fn next(&mut self) -> Result<Follow, ClientError> {
        loop {
            while let Some(event) = self.ready.pop_front() {
                if let Some(item) = self.open_event(event)? {
                    return Ok(item);
                }
            }
            let outcome = match &mut self.connection {
                Some(_) => self.receive().await,
                None => self.reconnect().await.map(|()| None),
            };
            match outcome {
                Ok(Some(resumed)) => return Ok(resumed),
                Ok(None) => {}
                Err(cause) => return self.interrupted(cause),
            }
        }
    }

    /// Drops the connection. Returns the error when there is no point in opening another.
    fn interrupted(&mut self, cause: ClientError) -> Result<Follow, ClientError> {
        let connection = self.connection.take();
        let lasted = connection.map(|connection| connection.opened_at.elapsed());
        match self.backoff.failed(lasted) {
            Some(delay) if cause.is_transient() => {
                self.delay = delay;
                let attempt = self.backoff.failures();
                Ok(Follow::Reconnecting { attempt, cause })
            }
            _ => Err(cause),
        }
    }

    /// Records the position in the stream. Returns what the event contains, if anything.
    fn open_event(&mut self, event: SseEvent) -> Result<Option<Follow>, ClientError> {
        let is_gap = event.name.as_deref() == Some(GAP);
        let open = |data: &str| match is_gap {
            true => serde_json::from_str(data).map(Follow::Gap),
            false => serde_json::from_str(data).map(Follow::Event),
        };
        let item = event
            .data
            .as_deref()
            .map(open)
            .transpose()
            .map_err(|error| self.client.read_model().unexpected(200, error))?;
        if event.id.is_some() {
            self.last_event_id = event.id;
        }
        Ok(item)
    }

    /// Reads the next bytes; returns [`Follow::Resumed`] when they are the first after a failure.
    async fn receive(&mut self) -> Result<Option<Follow>, ClientError> {
        let service = self.client.read_model().clone();
        let connection = self.connection.as_mut().expect("the caller checked");
        let piece = match tokio::time::timeout(SILENCE_LIMIT, connection.bytes.next()).await {
            Err(_) => return Err(service.lost("no data arrived for a minute")),
            Ok(None) => return Err(service.lost("the stream ended")),
            Ok(Some(Err(error))) => return Err(service.transport(error)),
            Ok(Some(Ok(piece))) => piece,
        };
        let events = connection
            .parser
            .push(&piece)
            .ok_or_else(|| service.unexpected(200, "a line is too long"))?;
        self.ready.extend(events);
        let is_complete = connection.has_start;
        let had_failed = self.backoff.received();
        Ok(had_failed.then_some(Follow::Resumed { is_complete }))
    }

    async fn reconnect(&mut self) -> Result<(), ClientError> {
        tokio::time::sleep(self.delay).await;
        self.connect().await
    }

    async fn connect(&mut self) -> Result<(), ClientError> {
        let service = self.client.read_model();
        let mut request = self
            .client
            .streaming_request(
                service,
                Method::GET,
                &["events", "stream"],
                &self.filter.parameters(),
            )
            .header(ACCEPT, "text/event-stream");
        if let Some(id) = &self.last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        let response = tokio::time::timeout(
            self.client.request_timeout(),
            self.client.send(service, request),
        )
        .await
        .map_err(|_| service.silent())??;
        self.connection = Some(Connection {
            opened_at: Instant::now(),
            bytes: response.bytes_stream().boxed(),
            parser: SseParser::default(),
            has_start: self.last_event_id.is_some(),
        });
        Ok(())
    }
}
