use std::time::Duration;

/// Names and limits of the WebSocket protocol, the same for client and server.
#[derive(Debug, Clone, Copy)]
pub struct TerminalProtocol;

impl TerminalProtocol {
    /// The WebSocket subprotocol.
    pub const NAME: &'static str = "odd-terminal.v1";
    /// Precedes the ticket in the subprotocol that contains it.
    pub const TICKET_PREFIX: &'static str = "odd-ticket.";
    /// Largest message to the server, in bytes.
    pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
    /// How long a connection is silent at most: the server sends something every 15 seconds. A client that receives nothing
    /// for this long should connect again.
    pub const SILENCE: Duration = Duration::from_secs(45);
    /// Largest output that may be unacknowledged, in bytes.
    pub const MAX_UNACKNOWLEDGED_BYTES: u64 = 256 * 1024;
}
