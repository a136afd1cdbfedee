use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use odd_contracts::{QueueName, TimeseriesPoint, TimeseriesWindow, Timestamp};

use super::queue_track::QueueTrack;
use super::ring::Ring;
use super::sample::{Sample, Samples};
use crate::freshness::UNKNOWN_AGE;

/// Largest number of queues that are sampled, which need about 5 MB. A new queue replaces the one that has been empty for the
/// longest time; while none is empty, it is not sampled.
const MAX_QUEUES: usize = 500;

/// A queue that has had no ready job for this long is forgotten: no window contains one of its jobs.
const KEPT_MS: u64 = 24 * 60 * 60 * 1_000;

/// Number of samples that a queue is shown with: five minutes.
const SHOWN_SAMPLES: usize = 30;

/// The past depths and ages of queues.
#[derive(Debug)]
pub(crate) struct QueueHistory(Mutex<Tracks>);

#[derive(Debug)]
struct Tracks {
    queues: BTreeMap<QueueName, QueueTrack>,
    total: QueueTrack,
    as_of: Timestamp,
}

/// A figure of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueueFigure {
    /// Ready jobs.
    Depth,
    /// Seconds that the oldest ready job has waited.
    OldestSeconds,
}

impl QueueHistory {
    /// Creates an empty history.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Tracks {
            queues: BTreeMap::new(),
            total: QueueTrack::new(UNKNOWN_AGE),
            as_of: UNKNOWN_AGE,
        }))
    }

    /// Adds samples of all queues. Everything that was committed before `as_of` is included in them.
    pub(crate) fn record(&self, at: Timestamp, samples: &Samples, as_of: Timestamp) {
        let mut tracks = self.lock();
        tracks.as_of = as_of;
        tracks.total.record(at, samples.total);
        let oldest = at.minus_millis(KEPT_MS);
        tracks.queues.retain(|queue, track| {
            samples.queues.contains_key(queue) || track.last_ready_at >= oldest
        });
        for (queue, track) in &mut tracks.queues {
            let sample = samples.queues.get(queue).copied();
            track.record(at, sample.unwrap_or(Sample::EMPTY));
        }
        for (queue, sample) in &samples.queues {
            if !tracks.queues.contains_key(queue) && tracks.make_room(*sample, at) {
                let mut track = QueueTrack::new(at);
                track.record(at, *sample);
                tracks.queues.insert(queue.clone(), track);
            }
        }
    }

    /// Returns the depths of a queue every ten seconds of the last five minutes, oldest first, without those before the last
    /// gap.
    pub(crate) fn recent_depths(&self, queue: &QueueName, now: Timestamp) -> Vec<u64> {
        let tracks = self.lock();
        let Some(track) = tracks.queues.get(queue) else {
            return Vec::new();
        };
        let ring = track.ring(TimeseriesWindow::QuarterHour);
        let mut newest_first = ring.points(now).rev().peekable();
        // The present step may not have been sampled yet.
        newest_first.next_if(|(_, sample)| sample.is_none());
        let depths = newest_first.map_while(|(_, sample)| sample.map(|sample| sample.depth));
        let mut depths: Vec<u64> = depths.take(SHOWN_SAMPLES).collect();
        depths.reverse();
        depths
    }

    /// Returns a figure of one queue or all in each step of `window`, and the `asOf` of the newest.
    pub(crate) fn points(
        &self,
        figure: QueueFigure,
        window: TimeseriesWindow,
        queue: Option<&QueueName>,
        now: Timestamp,
    ) -> (Vec<TimeseriesPoint>, Timestamp) {
        let tracks = self.lock();
        let unknown = Ring::new(window);
        let ring = match queue {
            None => tracks.total.ring(window),
            Some(queue) => tracks
                .queues
                .get(queue)
                .map_or(&unknown, |track| track.ring(window)),
        };
        let value = |sample: Sample| match figure {
            QueueFigure::Depth => Some(sample.depth as f64),
            QueueFigure::OldestSeconds => sample.oldest_seconds.map(f64::from),
        };
        let points = ring.points(now).map(|(at, sample)| TimeseriesPoint {
            at,
            value: sample.and_then(value),
        });
        (points.collect(), tracks.as_of)
    }

    fn lock(&self) -> MutexGuard<'_, Tracks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tracks {
    /// Makes room for a new queue. Returns `false` if there is none.
    fn make_room(&mut self, sample: Sample, at: Timestamp) -> bool {
        if self.queues.len() < MAX_QUEUES {
            return true;
        }
        if sample.depth == 0 {
            return false;
        }
        let longest_empty = self
            .queues
            .iter()
            .filter(|(_, track)| track.last_ready_at < at)
            .min_by_key(|(_, track)| track.last_ready_at)
            .map(|(queue, _)| queue.clone());
        longest_empty.is_some_and(|replaced| self.queues.remove(&replaced).is_some())
    }
}

#[cfg(test)]
mod tests;
