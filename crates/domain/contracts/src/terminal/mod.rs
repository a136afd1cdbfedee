//! The terminal in the browser: tickets, and the messages of its WebSocket.

mod client_message;
mod close_code;
mod protocol;
mod server_message;
mod size;
mod ticket;

pub use client_message::TerminalClientMessage;
pub use close_code::TerminalCloseCode;
pub use protocol::TerminalProtocol;
pub use server_message::{TerminalNotice, TerminalRestored, TerminalServerMessage};
pub use size::TerminalSize;
pub use ticket::{
    TerminalMode, TerminalStatus, TerminalTicket, TerminalTicketRequest, TerminalView,
    TerminalViewName,
};
