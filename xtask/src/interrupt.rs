//! Ctrl+C and SIGTERM as a flag, for commands that end their processes in order.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, ensure};

static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on, the signals set the flag and no longer end this process. Further calls have no effect.
pub(crate) fn catch() -> anyhow::Result<()> {
    static INSTALLED: OnceLock<Result<(), ctrlc::Error>> = OnceLock::new();
    let set_flag = || IS_INTERRUPTED.store(true, Ordering::SeqCst);
    let installed = INSTALLED.get_or_init(|| ctrlc::set_handler(set_flag));
    installed.as_ref().copied().context("cannot handle signals")
}

/// Returns `true` after a signal. It stays set.
pub(crate) fn is_interrupted() -> bool {
    IS_INTERRUPTED.load(Ordering::SeqCst)
}

/// Fails after a signal.
pub(crate) fn check() -> anyhow::Result<()> {
    ensure!(!is_interrupted(), "interrupted");
    Ok(())
}
