use std::sync::Arc;

use bytes::Bytes;
use odd_contracts::{
    TerminalCloseCode, TerminalMode, TerminalNotice, TerminalProtocol, TerminalRestored,
    TerminalServerMessage, TerminalSize,
};
use odd_service_kit::SecretHash;
use tokio::time::Instant;
use uuid::Uuid;

use super::attachment::{Attachment, AttachmentId, Outgoing, Signal};
use super::paste_filter::PasteFilter;
use super::pty::{PIECE_BYTES, PtyControl};
use super::reconnect::ReconnectTokens;
use super::ring::Ring;
use super::screen::Screen;
use super::typing::Typing;

/// Output that a client can miss without needing the whole screen, in bytes: as much as may be unacknowledged.
const REPLAYED_BYTES: u64 = TerminalProtocol::MAX_UNACKNOWLEDGED_BYTES;
/// Output that is kept. One piece more: the session task may have decided to read it before the client attached.
const RING_BYTES: usize = REPLAYED_BYTES as usize + PIECE_BYTES;
/// Largest binary message.
const OUTPUT_BYTES: usize = 32 * 1024;

/// What is known about a session, behind its lock.
pub(super) struct State {
    id: Uuid,
    mode: TerminalMode,
    pty: PtyControl,
    size: TerminalSize,
    ring: Ring,
    screen: Screen,
    tokens: ReconnectTokens,
    attachment: Option<Attachment>,
    /// Number of connections so far.
    attachments: u64,
    /// Drops pasted text of a read-only session.
    paste: PasteFilter,
    typing: Typing,
    /// Time of the last input, attachment or detachment.
    pub(super) used_at: Instant,
    /// When the newest reconnect token was created.
    pub(super) rotated_at: Instant,
    /// Whether the session ends because its place is needed.
    is_evicted: bool,
    /// The exit code of the program, once it has ended, until the client has it.
    exit_code: Option<u8>,
}

/// How a connection attaches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attach {
    /// The reconnect token, unless the session is new.
    pub(crate) token: Option<SecretHash>,
    /// Columns of its terminal.
    pub(crate) columns: u16,
    /// Rows of its terminal.
    pub(crate) rows: u16,
    /// Position up to which its terminal has processed the output.
    pub(crate) received: Option<u64>,
}

impl State {
    pub(super) fn new(id: Uuid, mode: TerminalMode, pty: PtyControl, size: TerminalSize) -> Self {
        let now = Instant::now();
        Self {
            id,
            mode,
            pty,
            size,
            ring: Ring::new(RING_BYTES),
            screen: Screen::new(size),
            tokens: ReconnectTokens::new(),
            attachment: None,
            attachments: 0,
            paste: PasteFilter::default(),
            typing: Typing::default(),
            used_at: now,
            rotated_at: now,
            is_evicted: false,
            exit_code: None,
        }
    }

    /// Applies output of the program.
    pub(super) fn push_output(&mut self, output: &[u8]) {
        self.ring.push(output);
        self.screen.push(output);
        if let Some(attachment) = &self.attachment {
            attachment.signal.changed.notify_one();
        }
    }

    /// Whether output of the program may be read: without a client always, otherwise up to the limit of output that the
    /// client has not acknowledged.
    pub(super) fn may_read(&self) -> bool {
        let Some(attachment) = &self.attachment else {
            return true;
        };
        let waiting = self.ring.end() - attachment.acknowledged;
        waiting + PIECE_BYTES as u64 <= TerminalProtocol::MAX_UNACKNOWLEDGED_BYTES
    }

    pub(super) const fn is_attached(&self) -> bool {
        self.attachment.is_some()
    }

    /// Whether a client can attach again: it has stored a reconnect token.
    pub(super) const fn has_client(&self) -> bool {
        self.tokens.is_confirmed()
    }

    /// Returns since when no connection is attached; `None` if there is one, or the session ends anyway.
    pub(super) fn detached_since(&self) -> Option<Instant> {
        let is_left = self.attachment.is_none() && !self.is_ending();
        is_left.then_some(self.used_at)
    }

    /// Ends the session unless a connection is attached. Returns whether it ends.
    pub(super) fn evict(&mut self) -> bool {
        self.is_evicted |= self.attachment.is_none();
        self.is_evicted
    }

    pub(super) const fn is_evicted(&self) -> bool {
        self.is_evicted
    }

    const fn is_ending(&self) -> bool {
        self.is_evicted || self.exit_code.is_some()
    }

    /// Whether a connection may attach with this token.
    pub(super) fn accepts(&self, token: &SecretHash) -> bool {
        // Not lazy, so that the time does not depend on the session.
        self.tokens.accept(token) & !self.is_evicted
    }

    /// Attaches a connection, which replaces the one before. Returns `None` if its token is not valid any more.
    pub(super) fn attach(&mut self, attach: Attach) -> Option<(AttachmentId, Arc<Signal>)> {
        let is_first = self.attachments == 0;
        let is_permitted = match &attach.token {
            None => is_first,
            Some(token) => self.tokens.accept(token),
        };
        if !is_permitted || self.is_ending() {
            return None;
        }
        self.close(TerminalCloseCode::TakenOver);
        let is_clamped = self.set_size(attach.columns, attach.rows);
        let (restored, position) = self.restoration(is_first, attach.received);
        self.attachments += 1;
        let id = AttachmentId(self.attachments);
        let mut attachment = Attachment::new(id, position);
        let reconnect_token = self.new_token(attach.token);
        let attached = TerminalServerMessage::Attached {
            session_id: self.id,
            reconnect_token,
            mode: self.mode,
            restored,
            position,
            columns: self.size.columns(),
            rows: self.size.rows(),
        };
        attachment.send(Outgoing::Message(attached));
        if restored == TerminalRestored::Screen {
            attachment.send(Outgoing::Screen(self.screen.restored().into()));
        }
        let signal = Arc::clone(&attachment.signal);
        self.attachment = Some(attachment);
        self.paste = PasteFilter::default();
        std::mem::take(&mut self.typing).finish(&self.pty.input);
        self.used_at = Instant::now();
        if is_clamped {
            self.notify_clamped();
        }
        Some((id, signal))
    }

    /// Returns what a connection gets that has processed the output up to `received`, and the position after it.
    fn restoration(&self, is_first: bool, received: Option<u64>) -> (TerminalRestored, u64) {
        if is_first {
            return (TerminalRestored::New, 0);
        }
        let can_replay = |position: &u64| {
            let is_recent = self.ring.end().saturating_sub(*position) <= REPLAYED_BYTES;
            is_recent && self.ring.read(*position, 0).is_some()
        };
        match received.filter(can_replay) {
            Some(position) => (TerminalRestored::Replay, position),
            None => {
                let end = self.ring.end() - self.screen.bytes_kept_back() as u64;
                (TerminalRestored::Screen, end)
            }
        }
    }

    /// Closes the attached connection.
    pub(super) fn close(&mut self, code: TerminalCloseCode) {
        if let Some(attachment) = self.attachment.take() {
            let _ = attachment.signal.closed.set(code);
            attachment.signal.changed.notify_one();
            self.used_at = Instant::now();
        }
    }

    /// Notes that a connection has ended.
    pub(super) fn detach(&mut self, id: AttachmentId) {
        if self.attached(id).is_some() {
            self.attachment = None;
            self.used_at = Instant::now();
        }
    }

    /// Returns what an attached connection has to send next, if there is something. Output only if it `may_output`.
    pub(super) fn next(&mut self, id: AttachmentId, may_output: bool) -> Option<Outgoing> {
        let exit_code = self.exit_code;
        let end = self.ring.end();
        let attachment = self.attachment.as_mut().filter(|known| known.id == id)?;
        if let Some(message) = attachment.next_message() {
            return Some(message);
        }
        if attachment.sent < end {
            let limit = attachment.window().min(OUTPUT_BYTES);
            if !may_output || limit == 0 {
                return None;
            }
            let Some(output) = self.ring.read(attachment.sent, limit) else {
                // The next connection gets the screen.
                self.close(TerminalCloseCode::GoingAway);
                return None;
            };
            attachment.sent += output.len() as u64;
            return Some(Outgoing::Output(output));
        }
        let exit_code = exit_code?;
        self.close(TerminalCloseCode::Ended);
        Some(Outgoing::Message(TerminalServerMessage::Exited {
            exit_code,
        }))
    }

    /// Notes how far the client is.
    pub(super) fn acknowledge(&mut self, id: AttachmentId, position: u64) {
        if let Some(attachment) = self.attached(id) {
            attachment.acknowledge(position);
            attachment.signal.changed.notify_one();
        }
    }

    /// Types into the program, if it `is_permitted`. In a read-only session, pasted text is dropped; what keys may do is up to
    /// the program. Tells the client when input was dropped.
    pub(super) fn input(&mut self, id: AttachmentId, input: Bytes, is_permitted: bool) {
        if self.attached(id).is_none() {
            return;
        }
        self.used_at = Instant::now();
        let typed = match self.mode {
            TerminalMode::Interactive => input,
            TerminalMode::ReadOnly => {
                let (typed, has_paste) = self.paste.filter(&input);
                if has_paste {
                    let detail = "pasted text was dropped: this terminal is read-only";
                    self.notify(TerminalNotice::ReadOnly, detail);
                }
                typed
            }
        };
        if !self.typing.input(&self.pty.input, typed, is_permitted) {
            let detail = "input was dropped: the program does not read it so fast";
            self.notify(TerminalNotice::RateLimit, detail);
        }
    }

    /// Changes the size.
    pub(super) fn resize(&mut self, id: AttachmentId, columns: u16, rows: u16) {
        if self.attached(id).is_some() && self.set_size(columns, rows) {
            self.notify_clamped();
        }
    }

    /// Notes that the client has stored a reconnect token.
    pub(super) fn confirm(&mut self, id: AttachmentId, token: &SecretHash) {
        if self.attached(id).is_some() {
            self.tokens.confirm(token);
        }
    }

    /// Sends a new reconnect token.
    pub(super) fn rotate_token(&mut self) {
        let reconnect_token = self.new_token(None);
        if let Some(attachment) = &mut self.attachment {
            let message = TerminalServerMessage::ReconnectToken { reconnect_token };
            attachment.send(Outgoing::Message(message));
        }
    }

    /// Notes that the program has ended. The client still gets its last output.
    pub(super) fn end(&mut self, exit_code: u8) {
        self.exit_code = Some(exit_code);
        if let Some(attachment) = &mut self.attachment {
            // There is nothing left to slow down.
            attachment.acknowledged = attachment.sent;
            attachment.signal.changed.notify_one();
        }
    }

    fn attached(&mut self, id: AttachmentId) -> Option<&mut Attachment> {
        self.attachment.as_mut().filter(|known| known.id == id)
    }

    fn new_token(&mut self, used: Option<SecretHash>) -> String {
        self.rotated_at = Instant::now();
        self.tokens.rotate(used)
    }

    /// Changes the size. Returns whether it was clamped.
    fn set_size(&mut self, columns: u16, rows: u16) -> bool {
        let size = TerminalSize::clamped(columns, rows);
        if size != self.size {
            self.size = size;
            self.screen.resize(size);
            self.pty.resize(size);
        }
        (size.columns(), size.rows()) != (columns, rows)
    }

    fn notify_clamped(&mut self) {
        let (columns, rows) = (self.size.columns(), self.size.rows());
        let detail = format!("the terminal has {columns} columns and {rows} rows");
        self.notify(TerminalNotice::Resized, &detail);
    }

    fn notify(&mut self, code: TerminalNotice, detail: &str) {
        if let Some(attachment) = &mut self.attachment {
            let detail = detail.to_owned();
            attachment.send(Outgoing::Message(TerminalServerMessage::Notice {
                code,
                detail,
            }));
        }
    }
}
