use std::sync::{Arc, Mutex, MutexGuard};

use odd_contracts::{LogLine, Progress};
use tokio::sync::Notify;

const MAX_LINES_PER_ATTEMPT: usize = 1_000;

/// What the handler of one attempt said, for whoever runs it to pass on.
#[derive(Debug, Clone)]
pub struct JobSignals {
    channel: Arc<Channel>,
}

/// What was said since it was last taken.
#[derive(Debug, Default)]
pub struct Signalled {
    /// The latest progress; earlier words that nobody took are gone.
    pub progress: Option<Progress>,
    /// Log lines, oldest first.
    pub lines: Vec<LogLine>,
}

impl JobSignals {
    /// Waits until there is something to take. Cancel safe.
    pub async fn changed(&self) {
        self.channel.changed.notified().await;
    }

    /// Takes what was said since the last call. Take once more when the attempt is over.
    pub fn take(&self) -> Signalled {
        std::mem::take(&mut self.channel.state().untaken)
    }

    /// Whether there is nothing to take.
    pub fn is_empty(&self) -> bool {
        let untaken = &self.channel.state().untaken;
        untaken.progress.is_none() && untaken.lines.is_empty()
    }

    /// How many lines were dropped because the attempt had logged 1,000 already.
    pub fn dropped_lines(&self) -> u64 {
        self.channel.state().dropped_lines
    }
}

/// The way from a context to its signals. One allocation per attempt, because most handlers say nothing.
#[derive(Debug, Default)]
pub(crate) struct Channel {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    untaken: Signalled,
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
        self.state().untaken.progress = Some(progress);
        self.changed.notify_one();
    }

    /// Keeps the line that `line` makes, unless the attempt has used up its lines.
    pub(crate) fn log(&self, line: impl FnOnce() -> LogLine) {
        let mut state = self.state();
        if state.logged_lines == MAX_LINES_PER_ATTEMPT {
            state.dropped_lines += 1;
            return;
        }
        state.logged_lines += 1;
        state.untaken.lines.push(line());
        drop(state);
        self.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds the lock")
    }
}
