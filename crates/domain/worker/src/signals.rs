use std::sync::{Arc, Mutex, MutexGuard};

use odd_contracts::{LogLine, Progress};
use tokio::sync::Notify;

const MAX_LINES_PER_ATTEMPT: usize = 1_000;

/// Receives the progress and log lines of one attempt.
#[derive(Debug, Clone)]
pub struct JobSignals {
    channel: Arc<Channel>,
}

/// Progress and log lines that have not been taken yet.
#[derive(Debug, Default)]
pub struct Updates {
    /// The latest progress; it replaces earlier progress that was not taken.
    pub progress: Option<Progress>,
    /// Log lines, oldest first.
    pub lines: Vec<LogLine>,
}

impl JobSignals {
    /// Waits until there are updates to take. Cancel safe.
    pub async fn changed(&self) {
        self.channel.changed.notified().await;
    }

    /// Takes the updates since the last call. Call it once more after the attempt has ended.
    pub fn take(&self) -> Updates {
        std::mem::take(&mut self.channel.state().updates)
    }

    /// Returns `true` if there are no updates to take.
    pub fn is_empty(&self) -> bool {
        let updates = &self.channel.state().updates;
        updates.progress.is_none() && updates.lines.is_empty()
    }

    /// Returns how many lines were dropped because the attempt had already logged 1,000.
    pub fn dropped_lines(&self) -> u64 {
        self.channel.state().dropped_lines
    }
}

/// The state shared by a context and its signals. One allocation per attempt, because most handlers report nothing.
#[derive(Debug, Default)]
pub(crate) struct Channel {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    updates: Updates,
    logged_lines: usize,
    dropped_lines: u64,
}

impl Channel {
    pub(crate) fn signals(self: &Arc<Self>) -> JobSignals {
        JobSignals {
            channel: Arc::clone(self),
        }
    }

    pub(crate) fn progress(&self, progress: Progress) {
        self.state().updates.progress = Some(progress);
        self.changed.notify_one();
    }

    /// Adds the line that `line` creates, unless the limit of the attempt is reached.
    pub(crate) fn log(&self, line: impl FnOnce() -> LogLine) {
        let mut state = self.state();
        if state.logged_lines == MAX_LINES_PER_ATTEMPT {
            state.dropped_lines += 1;
            return;
        }
        state.logged_lines += 1;
        state.updates.lines.push(line());
        drop(state);
        self.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while the lock is held")
    }
}
