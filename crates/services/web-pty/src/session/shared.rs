use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use odd_service_kit::SecretHash;
use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::attachment::{AttachmentId, Outgoing, Signal};
use super::state::{Attach, State};
use crate::metrics::TerminalMetrics;

/// A running session, for connections.
pub(crate) struct Session {
    pub(crate) id: Uuid,
    /// Name of the token that it belongs to, or `anonymous`.
    pub(crate) caller: Arc<str>,
    pub(super) state: Mutex<State>,
    /// Woken when its task has something to do.
    pub(super) task: Notify,
    pub(super) metrics: TerminalMetrics,
}

/// A connection that is attached to a session. Dropping it detaches.
pub(crate) struct Attached {
    session: Arc<Session>,
    id: AttachmentId,
    signal: Arc<Signal>,
}

impl Session {
    /// Whether a connection may attach with this reconnect token.
    pub(crate) fn accepts(&self, token: &SecretHash) -> bool {
        self.lock().accepts(token)
    }

    /// Returns since when no connection is attached; `None` if there is one, or the session ends anyway.
    pub(crate) fn detached_since(&self) -> Option<Instant> {
        self.lock().detached_since()
    }

    /// Ends the session unless a connection is attached. Returns whether it ends; no connection can attach then.
    pub(crate) fn evict(&self) -> bool {
        let is_evicted = self.lock().evict();
        self.task.notify_one();
        is_evicted
    }

    /// Attaches a connection, which replaces the one before. Returns `None` if its token is not valid any more.
    pub(crate) fn attach(self: &Arc<Self>, attach: Attach) -> Option<Attached> {
        let (id, signal) = self.lock().attach(attach)?;
        self.task.notify_one();
        self.metrics.attachments.inc();
        Some(Attached {
            session: Arc::clone(self),
            id,
            signal,
        })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attached {
    /// Returns what is to be sent next, if there is something. Output only if it `may_output`.
    pub(crate) fn next(&self, may_output: bool) -> Option<Outgoing> {
        let next = self.session.lock().next(self.id, may_output);
        let closed = || self.signal.closed.get().copied().map(Outgoing::Close);
        next.or_else(closed)
    }

    /// Waits until [`Self::next`] may return something else.
    pub(crate) async fn changed(&self) {
        self.signal.changed.notified().await;
    }

    /// Notes how far the client is.
    pub(crate) fn acknowledge(&self, position: u64) {
        self.session.lock().acknowledge(self.id, position);
        self.session.task.notify_one();
    }

    /// Types into the program, if it `is_permitted`; otherwise the client gets a notice.
    pub(crate) fn input(&self, input: Bytes, is_permitted: bool) {
        if is_permitted {
            self.session.metrics.count_input(input.len());
        }
        self.session.lock().input(self.id, input, is_permitted);
    }

    /// Changes the size of the terminal.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.session.lock().resize(self.id, columns, rows);
    }

    /// Notes that the client has stored a reconnect token.
    pub(crate) fn confirm(&self, token: &SecretHash) {
        self.session.lock().confirm(self.id, token);
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.session.lock().detach(self.id);
        self.session.task.notify_one();
        self.session.metrics.attachments.dec();
    }
}
