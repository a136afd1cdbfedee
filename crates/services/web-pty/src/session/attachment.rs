use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use odd_contracts::{TerminalCloseCode, TerminalProtocol, TerminalServerMessage};
use tokio::sync::Notify;

/// Messages that wait to be sent. Notices beyond it are dropped.
const QUEUED_MESSAGES: usize = 16;

/// Number of a connection that is attached to a session; each one has another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AttachmentId(pub(super) u64);

/// What a connection has to send next.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// A text message.
    Message(TerminalServerMessage),
    /// The whole screen.
    Screen(Bytes),
    /// Output of the program.
    Output(Bytes),
    /// Close the connection.
    Close(TerminalCloseCode),
}

/// What a session tells its connection.
#[derive(Debug, Default)]
pub(super) struct Signal {
    /// Woken when there is something to send.
    pub(super) changed: Notify,
    /// Why the connection is not attached any more.
    pub(super) closed: OnceLock<TerminalCloseCode>,
}

/// A connection that is attached to a session.
#[derive(Debug)]
pub(super) struct Attachment {
    pub(super) id: AttachmentId,
    pub(super) signal: Arc<Signal>,
    /// Position after the last byte that was sent.
    pub(super) sent: u64,
    /// Position up to which the client has processed the output.
    pub(super) acknowledged: u64,
    messages: VecDeque<Outgoing>,
}

impl Attachment {
    pub(super) fn new(id: AttachmentId, position: u64) -> Self {
        Self {
            id,
            signal: Arc::default(),
            sent: position,
            acknowledged: position,
            messages: VecDeque::new(),
        }
    }

    /// Queues a message. Drops it when too many wait: the client does not read.
    pub(super) fn send(&mut self, message: Outgoing) {
        if self.messages.len() < QUEUED_MESSAGES {
            self.messages.push_back(message);
            self.signal.changed.notify_one();
        }
    }

    pub(super) fn next_message(&mut self) -> Option<Outgoing> {
        self.messages.pop_front()
    }

    /// Notes how far the client is. Positions that were not sent yet have no effect.
    pub(super) fn acknowledge(&mut self, position: u64) {
        if position <= self.sent {
            self.acknowledged = self.acknowledged.max(position);
        }
    }

    /// Returns how much output may be sent now, in bytes.
    pub(super) fn window(&self) -> usize {
        let unacknowledged = self.sent - self.acknowledged;
        let left = TerminalProtocol::MAX_UNACKNOWLEDGED_BYTES.saturating_sub(unacknowledged);
        usize::try_from(left).unwrap_or(usize::MAX)
    }
}
