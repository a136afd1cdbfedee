use std::net::Shutdown;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::time::{Duration, Instant};

use super::pair::ConnectionPair;

/// The state that all threads of a proxy share: whether bytes may pass, and when.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    position: Position,
    delay: Duration,
    pairs: Vec<Weak<ConnectionPair>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Position {
    #[default]
    Open,
    Stalled,
    Cut,
}

impl Gate {
    pub(super) fn open(&self) {
        self.set(Position::Open);
    }

    /// Has no effect on a proxy that is cut.
    pub(super) fn stall(&self) {
        if !self.is_cut() {
            self.set(Position::Stalled);
        }
    }

    pub(super) fn cut(&self) {
        self.set(Position::Cut);
        for pair in self.state().pairs.drain(..) {
            if let Some(pair) = pair.upgrade() {
                pair.shut_down(Shutdown::Both);
            }
        }
    }

    pub(super) fn delay(&self, delay: Duration) {
        self.state().delay = delay;
        self.changed.notify_all();
    }

    pub(super) fn is_cut(&self) -> bool {
        self.state().position == Position::Cut
    }

    /// Registers a connection, so that [`Self::cut`] closes it. Returns `false` if the proxy is cut already.
    pub(super) fn admit(&self, pair: &Arc<ConnectionPair>) -> bool {
        let mut state = self.state();
        if state.position == Position::Cut {
            return false;
        }
        state.pairs.retain(|pair| pair.strong_count() > 0);
        state.pairs.push(Arc::downgrade(pair));
        true
    }

    /// Blocks until bytes that have just arrived may be forwarded. Returns `false` if they must be dropped.
    pub(super) fn pass(&self) -> bool {
        let arrival = Instant::now();
        let mut state = self.state();
        loop {
            let waited = arrival.elapsed();
            state = match state.position {
                Position::Cut => return false,
                Position::Open if waited >= state.delay => return true,
                Position::Open => {
                    let rest = state.delay.saturating_sub(waited);
                    let woken = self.changed.wait_timeout(state, rest);
                    woken.expect("no thread panics with the lock").0
                }
                Position::Stalled => {
                    let woken = self.changed.wait(state);
                    woken.expect("no thread panics with the lock")
                }
            };
        }
    }

    fn set(&self, position: Position) {
        self.state().position = position;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics with the lock")
    }
}
