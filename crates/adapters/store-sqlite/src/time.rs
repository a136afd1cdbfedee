//! The time of the store, which its writer advances and its readers ask for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::{Clock, ClockJump, SavedClock, StoreClock, StoreTime};

/// The clock of the store. Cheap to clone; clones share.
#[derive(Clone)]
pub(crate) struct SharedClock {
    machine: Arc<dyn Clock>,
    clock: Arc<Mutex<Clocks>>,
}

/// The times that the writer advances.
struct Clocks {
    store: StoreClock,
    lease: LeaseClock,
}

/// The time by which leases expire. The workers are in the same process, so while it is paused, no lease comes closer to its
/// end: from one transaction to the next, this time advances by at most `longest_step`.
struct LeaseClock {
    now: Timestamp,
    last: Duration,
    longest_step: Duration,
}

impl SharedClock {
    /// `longest_lease_step` is the longest time between two transactions of a process that is not paused.
    pub(crate) fn new(
        machine: Arc<dyn Clock>,
        store: StoreClock,
        longest_lease_step: Duration,
    ) -> Self {
        let lease = LeaseClock {
            now: store.time().steady,
            last: machine.elapsed(),
            longest_step: longest_lease_step,
        };
        Self {
            machine,
            clock: Arc::new(Mutex::new(Clocks { store, lease })),
        }
    }

    /// Advances to the present. Returns the jump if the wall clock was set since the last call.
    pub(crate) fn advance(&self) -> Option<ClockJump> {
        let reading = self.machine.read();
        let mut clocks = self.lock();
        clocks.lease.advance(reading.elapsed);
        clocks.store.advance(reading)
    }

    /// Returns the time to which the clock was advanced, and the time of leases.
    pub(crate) fn time(&self) -> (StoreTime, Timestamp) {
        let clocks = self.lock();
        (clocks.store.time(), clocks.lease.now)
    }

    /// Returns the present, without advancing to it: only the writer notices jumps.
    pub(crate) fn now(&self) -> StoreTime {
        self.lock().store.time_at(self.machine.read())
    }

    /// Returns the wall-clock time at which a lease ends that ends at `expires_at` by the time of leases.
    pub(crate) fn lease_end(&self, expires_at: Timestamp) -> Timestamp {
        let clocks = self.lock();
        let remaining = expires_at.as_micros() - clocks.lease.now.as_micros();
        Timestamp::from_micros(clocks.store.time().wall.as_micros() + remaining)
    }

    /// Returns what the file keeps of the clock.
    pub(crate) fn saved(&self) -> SavedClock {
        self.lock().store.saved()
    }

    /// Returns `true` if jobs may be removed because the wall clock says that they are old.
    pub(crate) fn is_trusted(&self) -> bool {
        self.lock().store.is_trusted()
    }

    fn lock(&self) -> MutexGuard<'_, Clocks> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LeaseClock {
    fn advance(&mut self, elapsed: Duration) {
        let step = elapsed.saturating_sub(self.last).min(self.longest_step);
        let step = i64::try_from(step.as_micros()).unwrap_or(i64::MAX);
        self.now = Timestamp::from_micros(self.now.as_micros().saturating_add(step));
        self.last = elapsed;
    }
}
