use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use odd_contracts::{
    TerminalClientMessage, TerminalCloseCode, TerminalProtocol, TerminalServerMessage,
};
use reqwest::Upgraded;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Largest message of a server: the screen of the largest terminal.
const MAX_MESSAGE_BYTES: usize = 8 * 1024 * 1024;

/// The WebSocket of a session.
#[derive(Debug)]
pub struct TerminalSocket {
    stream: WebSocketStream<Upgraded>,
    /// Time of the last message or ping of the server.
    received_at: Instant,
}

/// What a server sends.
#[derive(Debug, PartialEq, Eq)]
pub enum TerminalIncoming {
    /// A text message.
    Message(TerminalServerMessage),
    /// Output of the program, or the screen.
    Output(Bytes),
}

/// How a connection has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalEnd {
    /// The server has closed it, for this reason.
    Closed(TerminalCloseCode),
    /// The connection was lost, or closed without a known reason.
    Lost,
    /// The server has sent something that the protocol does not have.
    Unexpected,
}

impl TerminalSocket {
    pub(super) async fn new(stream: Upgraded) -> Self {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        Self {
            stream: WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await,
            received_at: Instant::now(),
        }
    }

    /// Sends a text message.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn send(&mut self, message: &TerminalClientMessage) -> Result<(), TerminalEnd> {
        let text = serde_json::to_string(message).map_err(|_| TerminalEnd::Unexpected)?;
        self.put(Message::text(text)).await
    }

    /// Sends input.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn type_bytes(&mut self, input: Bytes) -> Result<(), TerminalEnd> {
        self.put(Message::Binary(input)).await
    }

    /// Receives the next message, and answers pings. Nothing is lost if the future is dropped.
    ///
    /// # Errors
    /// How the connection has ended. It is lost after [`TerminalProtocol::SILENCE`] without a message or a ping.
    pub async fn receive(&mut self) -> Result<TerminalIncoming, TerminalEnd> {
        loop {
            let silence = self.received_at + TerminalProtocol::SILENCE;
            let next = timeout_at(silence, self.stream.next()).await;
            self.received_at = Instant::now();
            match next.map_err(|_| TerminalEnd::Lost)? {
                Some(Ok(Message::Text(text))) => {
                    let message = serde_json::from_str(&text);
                    return message
                        .map(TerminalIncoming::Message)
                        .map_err(|_| TerminalEnd::Unexpected);
                }
                Some(Ok(Message::Binary(output))) => return Ok(TerminalIncoming::Output(output)),
                Some(Ok(Message::Close(frame))) => {
                    let code =
                        frame.and_then(|frame| TerminalCloseCode::from_code(frame.code.into()));
                    return Err(code.map_or(TerminalEnd::Lost, TerminalEnd::Closed));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                    // The answer to a ping is sent with the next flush.
                    self.stream.flush().await.map_err(|error| end(&error))?;
                }
                Some(Err(error)) => return Err(end(&error)),
                None => return Err(TerminalEnd::Lost),
            }
        }
    }

    /// Closes the connection. The session continues without it.
    pub async fn close(mut self) {
        // The server may be gone.
        let _ = self.stream.close(None).await;
    }

    async fn put(&mut self, message: Message) -> Result<(), TerminalEnd> {
        self.stream.send(message).await.map_err(|error| end(&error))
    }
}

fn end(error: &Error) -> TerminalEnd {
    match error {
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => TerminalEnd::Lost,
        Error::Capacity(_) | Error::Protocol(_) | Error::Utf8(_) => TerminalEnd::Unexpected,
        _ => TerminalEnd::Lost,
    }
}
