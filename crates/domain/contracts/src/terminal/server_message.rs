use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::TerminalMode;

/// A text message from the web-pty-server to a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TerminalServerMessage {
    /// The answer to `attach`.
    Attached {
        /// Id of the session.
        session_id: Uuid,
        /// For the next connection to this session.
        reconnect_token: String,
        /// The mode of the session.
        mode: TerminalMode,
        /// What follows.
        restored: TerminalRestored,
        /// Position of the first byte of output that follows.
        position: u64,
        /// Columns of the terminal of the program.
        columns: u16,
        /// Rows of the terminal of the program.
        rows: u16,
    },
    /// A new reconnect token, which replaces all earlier ones.
    ReconnectToken {
        /// For the next connection to this session.
        reconnect_token: String,
    },
    /// Something that the user should know.
    Notice {
        /// Kind of the notice.
        code: TerminalNotice,
        /// A sentence for people.
        detail: String,
    },
    /// The program has ended.
    Exited {
        /// Its exit code; 128 plus the signal if a signal has ended it.
        exit_code: u8,
    },
    /// The connection is alive. A page cannot see pings.
    Heartbeat,
}

/// What a terminal receives after it has attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TerminalRestored {
    /// The output of a session that starts now.
    New,
    /// The output since the position that the terminal has processed.
    Replay,
    /// The whole screen, then the output since then.
    Screen,
}

/// Kind of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TerminalNotice {
    /// Input was dropped, because the session is read-only.
    ReadOnly,
    /// Input was dropped, because there was too much.
    RateLimit,
    /// The size was clamped.
    Resized,
}
