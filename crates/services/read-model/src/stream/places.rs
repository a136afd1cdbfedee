use std::sync::Arc;

use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The bound on open streams, and their number.
#[derive(Debug, Clone)]
pub(crate) struct StreamPlaces {
    free: Arc<Semaphore>,
    taken: Gauge,
}

/// One stream's place; given back when dropped.
#[derive(Debug)]
pub(crate) struct StreamPlace {
    _permit: OwnedSemaphorePermit,
    taken: Gauge,
}

impl StreamPlaces {
    /// So many places.
    pub(crate) fn new(places: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(places)),
            taken: Gauge::default(),
        }
    }

    /// The number of open streams.
    pub(crate) fn gauge(&self) -> Gauge {
        self.taken.clone()
    }

    /// A place, unless all are taken.
    pub(crate) fn take(&self) -> Option<StreamPlace> {
        let permit = Arc::clone(&self.free).try_acquire_owned().ok()?;
        self.taken.inc();
        Some(StreamPlace {
            _permit: permit,
            taken: self.taken.clone(),
        })
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.taken.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_places_are_free_again() {
        let places = StreamPlaces::new(1);
        let place = places.take().expect("one is free");
        assert!(places.take().is_none());
        assert_eq!(places.gauge().get(), 1);
        drop(place);
        assert_eq!(places.gauge().get(), 0);
        assert!(places.take().is_some());
    }
}
