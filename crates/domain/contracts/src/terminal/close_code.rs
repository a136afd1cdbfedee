/// Why a connection of a terminal ends, as the close code of its WebSocket. It tells the client whether to connect again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TerminalCloseCode {
    /// The client is done.
    Done,
    /// The server goes away, for example because a proxy stops.
    GoingAway,
    /// A message was too large.
    TooLarge,
    /// The server cannot start the program.
    Failed,
    /// The server restarts.
    Restart,
    /// The client violated the protocol.
    Protocol,
    /// The ticket or the token is not valid.
    Authentication,
    /// There was no input for a long time.
    Idle,
    /// Another connection has taken over the session.
    TakenOver,
    /// The program has ended.
    Ended,
    /// Too many messages, or too many sessions.
    Limit,
}

impl TerminalCloseCode {
    /// Every code.
    pub const ALL: [Self; 11] = [
        Self::Done,
        Self::GoingAway,
        Self::TooLarge,
        Self::Failed,
        Self::Restart,
        Self::Protocol,
        Self::Authentication,
        Self::Idle,
        Self::TakenOver,
        Self::Ended,
        Self::Limit,
    ];

    /// Returns the number on the wire.
    pub const fn code(self) -> u16 {
        match self {
            Self::Done => 1000,
            Self::GoingAway => 1001,
            Self::TooLarge => 1009,
            Self::Failed => 1011,
            Self::Restart => 1012,
            Self::Protocol => 4400,
            Self::Authentication => 4401,
            Self::Idle => 4408,
            Self::TakenOver => 4409,
            Self::Ended => 4410,
            Self::Limit => 4429,
        }
    }

    /// Returns the code with this number.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// Whether a client should connect again by itself.
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::GoingAway | Self::Failed | Self::Restart)
    }

    /// Returns the reason for people.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Done => "the terminal was closed",
            Self::GoingAway => "the server goes away",
            Self::TooLarge => "a message was larger than 64 KiB",
            Self::Failed => "the server cannot start the program",
            Self::Restart => "the server restarts",
            Self::Protocol => "the client violated the protocol",
            Self::Authentication => "the ticket or the token is not valid",
            Self::Idle => "the terminal was idle for too long",
            Self::TakenOver => "another connection has taken over the session",
            Self::Ended => "the program in the terminal has ended",
            Self::Limit => "there were too many messages or sessions",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_lists_every_code() {
        let document = include_str!("../../../../../contracts/asyncapi/terminal.json");
        for code in TerminalCloseCode::ALL {
            assert_eq!(TerminalCloseCode::from_code(code.code()), Some(code));
            assert!(
                document.contains(&format!("\\n- {}: ", code.code())),
                "{code:?}"
            );
        }
    }
}
