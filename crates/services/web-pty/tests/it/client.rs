use std::net::SocketAddr;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use odd_contracts::schema::Schemas;
use odd_contracts::{TerminalRestored, TerminalServerMessage};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::expectations::{ORIGIN, SOON};

/// A client of a terminal, as a page is one.
pub(crate) struct Terminal {
    pub(crate) socket: WebSocketStream<TcpStream>,
    pub(crate) session: String,
    pub(crate) token: String,
    pub(crate) restored: Option<TerminalRestored>,
    /// Position after the last output.
    pub(crate) position: u64,
    /// Whether each output is acknowledged.
    pub(crate) acknowledges: bool,
    /// Whether each token is confirmed.
    pub(crate) confirms: bool,
    screen: vt100::Parser,
    pub(crate) output: Vec<u8>,
    /// Number of messages with output.
    pub(crate) outputs: usize,
    /// The other messages so far.
    pub(crate) messages: Vec<TerminalServerMessage>,
}

/// How a connection has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Closed(u16),
    Lost,
}

/// Returns the handshake with a ticket, and the origin of the dashboard.
pub(crate) fn handshake(address: SocketAddr, protocols: &str) -> Request<()> {
    let mut request = format!("ws://{address}/session")
        .into_client_request()
        .expect("a request");
    let headers = request.headers_mut();
    headers.insert("Origin", ORIGIN.parse().expect("legal"));
    if !protocols.is_empty() {
        headers.insert("Sec-WebSocket-Protocol", protocols.parse().expect("legal"));
    }
    request
}

/// Sends a handshake. Returns the status if it is refused.
pub(crate) async fn open(
    address: SocketAddr,
    request: Request<()>,
) -> Result<WebSocketStream<TcpStream>, u16> {
    let stream = TcpStream::connect(address).await.expect("accepted");
    // As browsers do.
    stream.set_nodelay(true).expect("open");
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, response)) => {
            let protocol = response.headers().get("Sec-WebSocket-Protocol");
            assert_eq!(protocol.expect("a protocol"), "odd-terminal.v1");
            Ok(socket)
        }
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

impl Terminal {
    pub(crate) async fn connect(address: SocketAddr, ticket: &str) -> Self {
        let request = handshake(address, &format!("odd-terminal.v1, odd-ticket.{ticket}"));
        let socket = open(address, request).await.expect("a WebSocket");
        Self {
            socket,
            session: String::new(),
            token: String::new(),
            restored: None,
            position: 0,
            acknowledges: true,
            confirms: true,
            screen: vt100::Parser::new(rows(24), rows(80), 0),
            output: Vec::new(),
            outputs: 0,
            messages: Vec::new(),
        }
    }

    /// Sends the first message, and waits for the answer.
    pub(crate) async fn attach(&mut self, columns: u16, size_rows: u16, received: Option<u64>) {
        self.send(
            json!({"type": "attach", "columns": columns, "rows": size_rows, "received": received}),
        )
        .await;
        while self.restored.is_none() {
            self.receive().await.expect("attached");
        }
    }

    pub(crate) async fn send(&mut self, message: Value) {
        let schema = Schemas::embedded().get("terminal-client-message");
        schema
            .expect("a schema")
            .validate(&message)
            .expect("as in the contract");
        let text = Message::text(message.to_string());
        self.socket.send(text).await.expect("sent");
    }

    pub(crate) async fn type_text(&mut self, text: &str) {
        let bytes = Message::Binary(Bytes::copy_from_slice(text.as_bytes()));
        self.socket.send(bytes).await.expect("sent");
    }

    /// Receives one message.
    pub(crate) async fn receive(&mut self) -> Result<(), Ended> {
        let message = timeout(SOON, self.socket.next()).await;
        match message.expect("a message in time") {
            Some(Ok(Message::Text(text))) => self.take(&text).await,
            Some(Ok(Message::Binary(bytes))) => self.draw(&bytes).await,
            Some(Ok(Message::Close(Some(frame)))) => return Err(Ended::Closed(frame.code.into())),
            Some(Ok(Message::Close(None)) | Err(_)) | None => return Err(Ended::Lost),
            Some(Ok(_)) => {}
        }
        Ok(())
    }

    async fn take(&mut self, text: &str) {
        let message: Value = serde_json::from_str(text).expect("JSON");
        let schema = Schemas::embedded().get("terminal-server-message");
        schema
            .expect("a schema")
            .validate(&message)
            .expect("as in the contract");
        let message: TerminalServerMessage = serde_json::from_value(message).expect("known");
        match &message {
            TerminalServerMessage::Attached {
                session_id,
                reconnect_token,
                restored,
                position,
                columns,
                rows: size_rows,
                ..
            } => {
                self.session = session_id.to_string();
                self.token.clone_from(reconnect_token);
                self.restored = Some(*restored);
                self.position = *position;
                if *restored != TerminalRestored::Replay {
                    self.screen = vt100::Parser::new(rows(*size_rows), rows(*columns), 0);
                }
            }
            TerminalServerMessage::ReconnectToken { reconnect_token } => {
                self.token.clone_from(reconnect_token);
            }
            _ => {}
        }
        let has_token = matches!(
            message,
            TerminalServerMessage::Attached { .. } | TerminalServerMessage::ReconnectToken { .. }
        );
        self.messages.push(message);
        if has_token && self.confirms {
            self.send(json!({"type": "confirm", "reconnectToken": self.token}))
                .await;
        }
    }

    async fn draw(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        let is_screen = self.restored == Some(TerminalRestored::Screen) && self.output.is_empty();
        self.output.extend_from_slice(bytes);
        if is_screen {
            return;
        }
        self.position += bytes.len() as u64;
        self.outputs += 1;
        if self.acknowledges {
            self.send(json!({"type": "acknowledge", "received": self.position}))
                .await;
        }
    }

    /// Receives until the screen contains `text`.
    pub(crate) async fn await_text(&mut self, text: &str) {
        while !self.screen().contains(text) {
            let screen = self.screen();
            let received = self.receive().await;
            assert!(
                received.is_ok(),
                "{received:?} without {text:?} on\n{screen}"
            );
        }
    }

    /// Receives until a message fulfils a condition.
    pub(crate) async fn await_message(&mut self, is: impl Fn(&TerminalServerMessage) -> bool) {
        while !self.messages.iter().any(&is) {
            self.receive().await.expect("a message");
        }
    }

    /// Receives until the end of the connection.
    pub(crate) async fn await_end(&mut self) -> Ended {
        loop {
            if let Err(ended) = self.receive().await {
                return ended;
            }
        }
    }

    pub(crate) fn screen(&self) -> String {
        self.screen.screen().contents()
    }

    /// Returns everything that the terminal shows, with styles and modes.
    pub(crate) fn state(&self) -> String {
        self.screen.screen().state_formatted()
    }

    /// Goes away without a word. Returns the newest token and the position.
    pub(crate) fn vanish(self) -> (String, u64) {
        (self.token, self.position)
    }
}

fn rows(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).expect("not empty")
}
