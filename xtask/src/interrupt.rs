//! Ctrl+C and SIGTERM, for commands that end their processes in order.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

/// Signals within this time after the first are taken for repetitions of it: Ctrl+C reaches every process in the terminal,
/// and a parent process may forward it.
const REPETITIONS: Duration = Duration::from_millis(500);

static SIGNALS: Signals = Signals::new();

/// The signals that this process has received.
#[derive(Debug)]
struct Signals {
    first: OnceLock<Instant>,
    has_second: AtomicBool,
}

impl Signals {
    const fn new() -> Self {
        Self {
            first: OnceLock::new(),
            has_second: AtomicBool::new(false),
        }
    }

    fn record(&self, now: Instant) {
        let first = *self.first.get_or_init(|| now);
        if now.saturating_duration_since(first) >= REPETITIONS {
            self.has_second.store(true, Ordering::SeqCst);
        }
    }
}

/// From now on, the signals are recorded and no longer end this process. Further calls have no effect.
pub(crate) fn catch() -> anyhow::Result<()> {
    static INSTALLED: OnceLock<Result<(), ctrlc::Error>> = OnceLock::new();
    let record = || SIGNALS.record(Instant::now());
    let installed = INSTALLED.get_or_init(|| ctrlc::set_handler(record));
    installed.as_ref().copied().context("cannot handle signals")
}

/// Returns `true` after a signal. It stays set.
pub(crate) fn is_interrupted() -> bool {
    SIGNALS.first.get().is_some()
}

/// Fails after a signal.
pub(crate) fn check() -> anyhow::Result<()> {
    ensure!(!is_interrupted(), "interrupted");
    Ok(())
}

/// Fails after a second signal, which asks an orderly end to become an immediate one.
pub(crate) fn check_second() -> anyhow::Result<()> {
    let has_second = SIGNALS.has_second.load(Ordering::SeqCst);
    ensure!(!has_second, "interrupted twice");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_of_the_first_signal_are_no_second_one() {
        let signals = Signals::new();
        let start = Instant::now();
        for offset in [Duration::ZERO, REPETITIONS / 2, REPETITIONS] {
            assert!(!signals.has_second.load(Ordering::SeqCst), "{offset:?}");
            signals.record(start + offset);
        }
        assert!(signals.has_second.load(Ordering::SeqCst));
        assert_eq!(signals.first.get(), Some(&start));
    }
}
