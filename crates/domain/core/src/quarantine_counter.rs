use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many messages a process has quarantined: those that its adapters could not read, and events that the role refused.
/// Cheap to clone; all clones count together.
#[derive(Debug, Clone, Default)]
pub struct QuarantineCounter(Arc<AtomicU64>);

impl QuarantineCounter {
    /// Counts a message that is in the quarantine.
    pub fn increment(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of messages.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
