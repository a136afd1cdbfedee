use std::net::Shutdown;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::time::{Duration, Instant};

use super::pump::Pair;

/// What the threads of a link go by.
#[derive(Debug, Default)]
pub(super) struct Valve {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    position: Position,
    delay: Duration,
    pairs: Vec<Weak<Pair>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Position {
    #[default]
    Open,
    Stalled,
    Cut,
}

impl Valve {
    pub(super) fn open(&self) {
        self.turn(Position::Open);
    }

    /// A cut link stays cut.
    pub(super) fn stall(&self) {
        if !self.is_cut() {
            self.turn(Position::Stalled);
        }
    }

    pub(super) fn cut(&self) {
        self.turn(Position::Cut);
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

    /// Takes a connection in, so that it can be cut. Refused while the link is cut.
    pub(super) fn admit(&self, pair: &Arc<Pair>) -> bool {
        let mut state = self.state();
        if state.position == Position::Cut {
            return false;
        }
        state.pairs.retain(|pair| pair.strong_count() > 0);
        state.pairs.push(Arc::downgrade(pair));
        true
    }

    /// Waits for as long as what has just arrived is to be held back; `false` when it must not be passed on at all.
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
                    woken.expect("no one panics with the lock").0
                }
                Position::Stalled => {
                    let woken = self.changed.wait(state);
                    woken.expect("no one panics with the lock")
                }
            };
        }
    }

    fn turn(&self, position: Position) {
        self.state().position = position;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no one panics with the lock")
    }
}
