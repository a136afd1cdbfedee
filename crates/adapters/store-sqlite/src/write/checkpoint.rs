use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use odd_core::ports::{ErrorChain, StoreError};
use rusqlite::Connection;

use crate::error::classify;

/// Frames (pages) of the WAL missing in the database file, at which the writer asks the checkpointer to copy them.
const CHECKPOINT_FRAMES: i64 = 1_000;

/// Frames in the WAL at which the writer itself waits for a whole checkpoint, which bounds the WAL under a load without
/// pauses: 128 MiB.
const RESTART_FRAMES: i64 = 32_768;

/// Copies committed pages from the WAL into the database file on a thread of its own: commits do not wait for it (SQLite
/// runs a PASSIVE checkpoint concurrently with a writer; "Write-Ahead Logging", section 3).
pub(super) struct Checkpointer {
    requests: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread.
    pub(super) fn start(database: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(database).map_err(classify)?;
        connection
            .pragma_update(None, "wal_autocheckpoint", 0)
            .map_err(classify)?;
        let (requests, inbox) = sync_channel::<()>(1);
        let thread = thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || {
                while inbox.recv().is_ok() {
                    checkpoint(&connection, "PRAGMA wal_checkpoint(PASSIVE)");
                }
            })
            .map_err(|error| {
                StoreError::unavailable("cannot start the checkpoint thread", error)
            })?;
        Ok(Self {
            requests: Some(requests),
            thread: Some(thread),
        })
    }

    /// Starts a checkpoint if enough was committed. Called by the writer between transactions.
    pub(super) fn after_commit(&self, connection: &Connection) {
        let Some(frames) = checkpoint(connection, "PRAGMA wal_checkpoint(NOOP)") else {
            return;
        };
        if frames.logged >= RESTART_FRAMES {
            checkpoint(connection, "PRAGMA wal_checkpoint(RESTART)");
        } else if frames.logged - frames.copied >= CHECKPOINT_FRAMES
            && let Some(requests) = &self.requests
        {
            // If a checkpoint is running, a later commit asks again.
            let _ = requests.try_send(());
        }
    }

    /// Waits for the current checkpoint and ends the thread.
    pub(super) fn stop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

/// Frames in the WAL, and how many of them the database file contains.
struct Frames {
    logged: i64,
    copied: i64,
}

/// Runs a checkpoint pragma. Returns nothing if it failed: checkpoints only save space and time.
fn checkpoint(connection: &Connection, pragma: &'static str) -> Option<Frames> {
    let frames = connection.prepare_cached(pragma).and_then(|mut statement| {
        statement.query_row([], |row| {
            Ok(Frames {
                logged: row.get(1)?,
                copied: row.get(2)?,
            })
        })
    });
    match frames {
        Ok(frames) => Some(frames),
        Err(error) => {
            tracing::warn!(error = %ErrorChain(&error), pragma, "a checkpoint failed; the next one copies its pages");
            None
        }
    }
}
