use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use odd_core::ports::StoreError;
use rusqlite::Connection;

use crate::error::classify;

/// Frames (pages) in the WAL, not yet in the database file, at which the checkpointer is asked to copy them.
const CHECKPOINT_FRAMES: i64 = 1_000;

/// Frames in the WAL at which the writer itself waits for a whole checkpoint, so that the WAL stays bounded
/// under a load that never pauses: 128 MiB.
const RESTART_FRAMES: i64 = 32_768;

/// Moves committed pages from the WAL into the database file on a thread of its own, so that a commit does not
/// wait for it (SQLite runs a PASSIVE checkpoint concurrently with a writer; "Write-Ahead Logging", section 3).
pub(crate) struct Checkpointer {
    requests: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(database: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(database).map_err(|error| classify(&error))?;
        connection
            .pragma_update(None, "wal_autocheckpoint", 0)
            .map_err(|error| classify(&error))?;
        let (requests, inbox) = sync_channel::<()>(1);
        let thread = thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || {
                while inbox.recv().is_ok() {
                    checkpoint(&connection, "PRAGMA wal_checkpoint(PASSIVE)");
                }
            })
            .map_err(|error| StoreError::Unavailable(error.to_string().into()))?;
        Ok(Self {
            requests: Some(requests),
            thread: Some(thread),
        })
    }

    /// Called by the writer between transactions.
    pub(crate) fn after_commit(&self, connection: &Connection) {
        let Some(frames) = checkpoint(connection, "PRAGMA wal_checkpoint(NOOP)") else {
            return;
        };
        if frames.logged >= RESTART_FRAMES {
            checkpoint(connection, "PRAGMA wal_checkpoint(RESTART)");
        } else if frames.logged - frames.copied >= CHECKPOINT_FRAMES
            && let Some(requests) = &self.requests
        {
            // When one is under way already, a later commit asks again.
            let _ = requests.try_send(());
        }
    }

    pub(crate) fn stop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

/// Frames in the WAL, and how many of them are in the database file.
struct Frames {
    logged: i64,
    copied: i64,
}

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
            tracing::warn!(%error, pragma, "a checkpoint failed; a later one tries again");
            None
        }
    }
}
