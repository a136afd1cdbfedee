use odd_contracts::{TimeseriesWindow, Timestamp};

use super::ring::Ring;
use super::sample::Sample;

/// The samples of one queue, or of all, for every window.
#[derive(Debug)]
pub(super) struct QueueTrack {
    rings: [Ring; TimeseriesWindow::ALL.len()],
    /// When it last had a ready job, or was created.
    pub(super) last_ready_at: Timestamp,
}

impl QueueTrack {
    pub(super) fn new(at: Timestamp) -> Self {
        Self {
            rings: TimeseriesWindow::ALL.map(Ring::new),
            last_ready_at: at,
        }
    }

    pub(super) fn record(&mut self, at: Timestamp, sample: Sample) {
        if sample.depth > 0 {
            self.last_ready_at = at;
        }
        self.rings
            .iter_mut()
            .for_each(|ring| ring.record(at, sample));
    }

    /// Returns the ring of a window.
    pub(super) fn ring(&self, window: TimeseriesWindow) -> &Ring {
        let index = TimeseriesWindow::ALL
            .iter()
            .position(|known| *known == window);
        &self.rings[index.expect("every window has a ring")]
    }
}
