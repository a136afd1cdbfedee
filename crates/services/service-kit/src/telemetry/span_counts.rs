use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Spans that wait for their export; more are dropped.
pub(super) const MAX_WAITING: usize = 16_384;

/// Counts the spans of one role that wait for their export, and those that were dropped. Cheap to clone.
///
/// The queue of the batch processor has the same limit, but reports only the first span that it drops.
#[derive(Debug, Clone, Default)]
pub(super) struct SpanCounts(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    waiting: AtomicUsize,
    /// Dropped since the last call of [`SpanCounts::take_overflow`], because too many were waiting.
    overflow: AtomicU64,
    dropped: AtomicU64,
}

impl SpanCounts {
    /// Counts a span that is about to wait. Returns `false` if too many wait; it counts as dropped then.
    pub(super) fn admit(&self) -> bool {
        let waiting = self.0.waiting.fetch_add(1, Ordering::AcqRel);
        if waiting < MAX_WAITING {
            return true;
        }
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
        self.0.overflow.fetch_add(1, Ordering::Relaxed);
        self.add_dropped(1);
        false
    }

    /// Notes that spans do not wait any more.
    pub(super) fn taken(&self, spans: usize) {
        self.0.waiting.fetch_sub(spans, Ordering::AcqRel);
    }

    /// Counts spans that the collector did not accept.
    pub(super) fn add_dropped(&self, spans: u64) {
        self.0.dropped.fetch_add(spans, Ordering::Relaxed);
    }

    /// Returns how many spans were dropped since the last call because too many were waiting.
    pub(super) fn take_overflow(&self) -> u64 {
        self.0.overflow.swap(0, Ordering::Relaxed)
    }

    /// Returns how many spans wait.
    pub(super) fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    /// Returns how many spans were dropped since the start.
    pub(super) fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_beyond_the_limit_are_dropped_until_others_are_taken() {
        let counts = SpanCounts::default();
        assert!((0..MAX_WAITING).all(|_| counts.admit()));
        assert!(!counts.admit());
        assert!(!counts.admit());
        assert_eq!((counts.take_overflow(), counts.take_overflow()), (2, 0));
        counts.taken(1);
        assert!(counts.admit());
        assert!(!counts.admit());
        counts.add_dropped(10);
        assert_eq!((counts.dropped(), counts.waiting()), (13, MAX_WAITING));
    }
}
