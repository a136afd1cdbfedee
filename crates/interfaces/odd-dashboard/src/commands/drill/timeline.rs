use std::cell::RefCell;
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::{Clock as _, SystemClock};
use serde::Serialize;
use tokio::time::Instant;

use crate::output::Printer;

/// What happened in a drill, and what should have happened and did not. Each entry is also printed.
pub(super) struct Timeline {
    printer: Printer,
    begun: Instant,
    entries: RefCell<Vec<Entry>>,
    missing: RefCell<Vec<String>>,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) at: Timestamp,
    /// Milliseconds since the start of the drill.
    pub(super) after_ms: u64,
    pub(super) event: String,
}

impl Timeline {
    pub(super) fn new(printer: Printer) -> Self {
        Self {
            printer,
            begun: Instant::now(),
            entries: RefCell::default(),
            missing: RefCell::default(),
        }
    }

    /// Records something that happened.
    pub(super) fn note(&self, event: impl Into<String>) {
        let event = event.into();
        let after = self.begun.elapsed();
        self.printer
            .note(&format!("[{:>6.1} s] {event}", after.as_secs_f64()));
        self.entries.borrow_mut().push(Entry {
            at: SystemClock.now(),
            after_ms: millis(after),
            event,
        });
    }

    /// Records something that should have happened and did not.
    pub(super) fn miss(&self, what: impl Into<String>) {
        let what = what.into();
        self.note(format!("missing: {what}"));
        self.missing.borrow_mut().push(what);
    }

    /// Records the result of a step. Returns its value if it succeeded.
    pub(super) fn step<T>(&self, what: &str, result: Result<T, String>) -> Option<T> {
        result
            .map_err(|why| self.miss(format!("{what}: {why}")))
            .ok()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.borrow().clone()
    }

    pub(super) fn missing(&self) -> Vec<String> {
        self.missing.borrow().clone()
    }
}

/// Returns whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
