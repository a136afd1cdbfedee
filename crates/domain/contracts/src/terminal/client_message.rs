use serde::{Deserialize, Serialize};

/// A text message from a terminal to the web-pty-server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum TerminalClientMessage {
    /// The first message of every connection.
    Attach {
        /// Columns of the terminal.
        columns: u16,
        /// Rows of the terminal.
        rows: u16,
        /// Position up to which the terminal has processed the output; `None` for an empty terminal.
        received: Option<u64>,
    },
    /// The terminal has another size.
    Resize {
        /// Its columns.
        columns: u16,
        /// Its rows.
        rows: u16,
    },
    /// The terminal has stored its newest reconnect token; the one before becomes invalid.
    Confirm {
        /// The token.
        reconnect_token: String,
    },
    /// The terminal has processed the output up to a position.
    Acknowledge {
        /// Position after the last byte that was processed.
        received: u64,
    },
}
