use odd_contracts::{TerminalProtocol, TerminalTicket, TerminalTicketRequest};
use reqwest::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{Method, Response, StatusCode, Url};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::TerminalSocket;
use crate::client::Service;
use crate::{Client, ClientError};

const WEB_PTY: &str = "web-pty-server";

impl Client {
    /// Obtains a ticket of the web-pty-server at `base`.
    ///
    /// # Errors
    /// See [`ClientError`]. 410 if the session of a reconnect token has ended, 429 if there are too many sessions.
    pub async fn terminal_ticket(
        &self,
        base: &Url,
        request: &TerminalTicketRequest,
    ) -> Result<TerminalTicket, ClientError> {
        let service = Service::at(WEB_PTY, base.clone());
        let request = self
            .request(&service, Method::POST, &["tickets"], &[])
            .json(request);
        self.read(&service, request).await
    }

    /// Opens the WebSocket of a session. Its first message has to be `attach`.
    ///
    /// # Errors
    /// See [`ClientError`]. 401 if the ticket is not valid.
    pub async fn open_terminal(
        &self,
        base: &Url,
        ticket: &TerminalTicket,
    ) -> Result<TerminalSocket, ClientError> {
        let service = Service::at(WEB_PTY, base.clone());
        let key = generate_key();
        let (name, prefix) = (TerminalProtocol::NAME, TerminalProtocol::TICKET_PREFIX);
        let protocols = format!("{name}, {prefix}{}", ticket.ticket);
        // The time limit of a request would also end the WebSocket.
        let request = self
            .streaming_request(&service, Method::GET, &["session"], &[])
            .header(CONNECTION, "upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key)
            .header(SEC_WEBSOCKET_PROTOCOL, protocols);
        let sending = self.send_any(&service, request);
        let response = tokio::time::timeout(self.request_timeout(), sending).await;
        let response = response.map_err(|_| service.silent())??;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(service.refusal(response).await);
        }
        check(&response, &key).map_err(|why| service.unexpected(101, why))?;
        let stream = response.upgrade().await;
        let stream = stream.map_err(|error| service.transport(error))?;
        Ok(TerminalSocket::new(stream).await)
    }
}

/// Checks that the server has understood the handshake (RFC 6455, 4.1).
fn check(response: &Response, key: &str) -> Result<(), &'static str> {
    let is = |name, expected: &str| {
        let value = response.headers().get(name);
        value.is_some_and(|value| value.as_bytes() == expected.as_bytes())
    };
    if !is(SEC_WEBSOCKET_ACCEPT, &derive_accept_key(key.as_bytes())) {
        return Err("the answer does not belong to this WebSocket handshake");
    }
    if !is(SEC_WEBSOCKET_PROTOCOL, TerminalProtocol::NAME) {
        return Err("the server has another version of the terminal protocol");
    }
    Ok(())
}
