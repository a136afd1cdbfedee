use std::sync::{Arc, Mutex, MutexGuard};

use odd_contracts::{LogLine, Progress};
use tokio::sync::Notify;

use crate::log_end::LogEnd;

/// The first lines of an attempt, which can be taken while it runs. The last ones follow when it has ended.
const FIRST_LINES: usize = 500;

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

    /// Takes the updates since the last call: of the log, the first 500 lines of the attempt.
    pub fn take(&self) -> Updates {
        std::mem::take(&mut self.channel.state().updates)
    }

    /// Takes the remaining updates. Call it once the attempt has ended, and its handler was dropped. The last lines of the log
    /// are among them; if lines between the first and the last ones were omitted, one line contains their number. An attempt has at
    /// most 1,000 lines altogether.
    pub fn take_rest(&self) -> Updates {
        let mut state = self.channel.state();
        let mut updates = std::mem::take(&mut state.updates);
        updates.lines.extend(state.end.take());
        updates
    }

    /// Returns `true` if there are no updates to take, now or once the attempt has ended.
    pub fn is_empty(&self) -> bool {
        let state = self.channel.state();
        state.updates.progress.is_none() && state.updates.lines.is_empty() && state.end.is_empty()
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
    first_lines: usize,
    end: LogEnd,
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

    pub(crate) fn log(&self, line: LogLine) {
        let mut state = self.state();
        if state.first_lines == FIRST_LINES {
            state.end.push(line);
            return;
        }
        state.first_lines += 1;
        state.updates.lines.push(line);
        drop(state);
        self.changed.notify_one();
    }

    /// Returns how many lines are omitted, so far.
    pub(crate) fn omitted_lines(&self) -> u64 {
        self.state().end.omitted()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while the lock is held")
    }
}
