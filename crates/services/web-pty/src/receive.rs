use std::time::Duration;

use futures_util::StreamExt;
use odd_contracts::{TerminalClientMessage, TerminalCloseCode};
use odd_service_kit::SecretHash;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::{Bytes, Error as SocketError, Message};

use crate::rate_limit::RateLimit;
use crate::session::Attached;
use crate::socket::SocketReader;

/// Messages of a connection: at once, and each second.
const MESSAGES: (u32, u32) = (1_000, 250);
/// Bytes of input of a connection: at once, and each second.
const INPUT_BYTES: (u32, u32) = (1024 * 1024, 128 * 1024);
/// A client that answers none of so many pings is gone.
const UNANSWERED_PINGS: u32 = 3;

/// Passes to the session what the client sends.
pub(crate) struct Receiver<'a> {
    attached: &'a Attached,
    reader: &'a mut SocketReader,
    /// Longest time without an answer to a ping.
    silence: Duration,
    /// When the last ping was answered.
    answered_at: Instant,
    messages: RateLimit,
    input_bytes: RateLimit,
}

impl<'a> Receiver<'a> {
    pub(crate) fn new(
        attached: &'a Attached,
        reader: &'a mut SocketReader,
        ping: Duration,
    ) -> Self {
        let now = Instant::now();
        Self {
            attached,
            reader,
            silence: ping * UNANSWERED_PINGS,
            answered_at: now,
            messages: RateLimit::new(MESSAGES.0, MESSAGES.1, now),
            input_bytes: RateLimit::new(INPUT_BYTES.0, INPUT_BYTES.1, now),
        }
    }

    /// Runs until the client ends the connection or breaks a rule. Returns the reason; `None` when the client has ended it, or does
    /// not answer.
    pub(crate) async fn run(mut self) -> Option<TerminalCloseCode> {
        loop {
            // A close code would stop the client, which may only be without network, or asleep.
            let message = timeout_at(self.answered_at + self.silence, self.reader.next());
            let message = message.await.ok()?;
            let message = match read(message) {
                Ok(message) => message,
                Err(code) => return code,
            };
            if !self.messages.take(1, Instant::now()) {
                return Some(TerminalCloseCode::Limit);
            }
            match message {
                Incoming::Input(input) => self.type_input(input),
                Incoming::Pong => self.answered_at = Instant::now(),
                Incoming::Text(TerminalClientMessage::Resize { columns, rows }) => {
                    self.attached.resize(columns, rows);
                }
                Incoming::Text(TerminalClientMessage::Acknowledge { received }) => {
                    self.attached.acknowledge(received);
                }
                Incoming::Text(TerminalClientMessage::Confirm { reconnect_token }) => {
                    self.attached.confirm(&SecretHash::of(&reconnect_token));
                }
                Incoming::Text(TerminalClientMessage::Attach { .. }) => {
                    return Some(TerminalCloseCode::Protocol);
                }
                Incoming::Nothing => {}
            }
        }
    }

    fn type_input(&mut self, input: Bytes) {
        let bytes = u32::try_from(input.len()).unwrap_or(u32::MAX);
        let is_permitted = self.input_bytes.take(bytes, Instant::now());
        self.attached.input(input, is_permitted);
    }
}

/// A message of the client.
pub(crate) enum Incoming {
    Text(TerminalClientMessage),
    Input(Bytes),
    /// The answer to a ping.
    Pong,
    /// A ping, which is answered already.
    Nothing,
}

/// Reads a message of the client.
///
/// # Errors
/// Why the connection ends: the client has broken a rule; or without a reason, it has ended the connection.
pub(crate) fn read(
    message: Option<Result<Message, SocketError>>,
) -> Result<Incoming, Option<TerminalCloseCode>> {
    match message {
        None | Some(Ok(Message::Close(_))) => Err(None),
        Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
            Ok(message) => Ok(Incoming::Text(message)),
            Err(_) => Err(Some(TerminalCloseCode::Protocol)),
        },
        Some(Ok(Message::Binary(input))) => Ok(Incoming::Input(input)),
        Some(Ok(Message::Pong(_))) => Ok(Incoming::Pong),
        Some(Ok(Message::Ping(_) | Message::Frame(_))) => Ok(Incoming::Nothing),
        Some(Err(SocketError::Capacity(_))) => Err(Some(TerminalCloseCode::TooLarge)),
        Some(Err(SocketError::Protocol(_) | SocketError::Utf8(_))) => {
            Err(Some(TerminalCloseCode::Protocol))
        }
        Some(Err(_)) => Err(None),
    }
}
