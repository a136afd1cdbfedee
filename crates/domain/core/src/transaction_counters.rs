use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::ports::StoreFigures;
use crate::{ClockJump, LatencyHistogram};

/// Counts the transactions of a store, and the jumps of its clock.
#[derive(Debug)]
pub struct TransactionCounters {
    committed: AtomicU64,
    rolled_back: AtomicU64,
    durations: LatencyHistogram,
    clock_jump_seconds: AtomicU64,
}

impl TransactionCounters {
    /// Creates counters at zero.
    pub fn new() -> Self {
        Self {
            committed: AtomicU64::new(0),
            rolled_back: AtomicU64::new(0),
            durations: LatencyHistogram::of_family("observatory_store_transaction_seconds"),
            clock_jump_seconds: AtomicU64::new(0),
        }
    }

    /// Counts a committed transaction that changed the store and took this long.
    pub fn count_changed(&self, took: Duration) {
        self.count_unchanged();
        self.durations.observe(took.as_secs_f64(), None);
    }

    /// Counts a committed transaction that found nothing to change.
    pub fn count_unchanged(&self) {
        self.committed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a transaction that was rolled back.
    pub fn count_rolled_back(&self) {
        self.rolled_back.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a jump of the wall clock.
    pub fn count_clock_jump(&self, jump: ClockJump) {
        let seconds = jump.by_micros.unsigned_abs().div_ceil(1_000_000);
        self.clock_jump_seconds
            .fetch_add(seconds, Ordering::Relaxed);
    }

    /// Returns the counts, without connections.
    pub fn figures(&self) -> StoreFigures {
        StoreFigures {
            committed: self.committed.load(Ordering::Relaxed),
            rolled_back: self.rolled_back.load(Ordering::Relaxed),
            durations: self.durations.snapshot(),
            clock_jump_seconds: self.clock_jump_seconds.load(Ordering::Relaxed),
            used_connections: 0,
            idle_connections: 0,
            waiters: 0,
        }
    }
}

impl Default for TransactionCounters {
    fn default() -> Self {
        Self::new()
    }
}
