use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::paste_marks::PASTE_END;

/// Bytes that may wait until the program reads them: the largest paste of a page, 256 KiB, twice.
const QUEUED_BYTES: usize = 512 * 1024;

/// What waits to be typed into a program, in the order in which it was added.
pub(super) struct InputQueue {
    pieces: mpsc::UnboundedSender<Bytes>,
    /// Bytes that wait, with those that are being written.
    waiting: Arc<AtomicUsize>,
}

/// The other end of an [`InputQueue`], for the thread that writes to the terminal.
pub(super) struct QueuedInput {
    pieces: mpsc::UnboundedReceiver<Bytes>,
    waiting: Arc<AtomicUsize>,
}

impl InputQueue {
    pub(super) fn new() -> (Self, QueuedInput) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let queued = QueuedInput {
            pieces: receiver,
            waiting: Arc::clone(&waiting),
        };
        let pieces = sender;
        (Self { pieces, waiting }, queued)
    }

    /// Types bytes. Returns `false`, and drops them, if the program does not read what was typed before.
    pub(super) fn push(&self, bytes: Bytes) -> bool {
        if self.waiting.load(Ordering::Relaxed) + bytes.len() > QUEUED_BYTES {
            return false;
        }
        self.add(bytes)
    }

    /// Types the end of pasted text, however much waits: a program that does not get it takes every later key for pasted text.
    pub(super) fn push_paste_end(&self) {
        self.add(Bytes::from_static(PASTE_END));
    }

    fn add(&self, bytes: Bytes) -> bool {
        self.waiting.fetch_add(bytes.len(), Ordering::Relaxed);
        self.pieces.send(bytes).is_ok()
    }
}

impl QueuedInput {
    /// Waits for the next piece, and passes it to `write`. Returns the result of `write`; `None` after the end of the session.
    pub(super) fn take<T>(&mut self, write: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let bytes = self.pieces.blocking_recv()?;
        let written = write(&bytes);
        self.waiting.fetch_sub(bytes.len(), Ordering::Relaxed);
        Some(written)
    }
}
