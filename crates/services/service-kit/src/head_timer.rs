use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

const NONE: u64 = 0;

/// The time limit of one connection on request heads. hyper starts and drops a timer for every request; this
/// one only notes the deadline, and whoever polls the connection looks at it once per limit, by [`Self::next_look`].
#[derive(Debug, Clone)]
pub(crate) struct HeadTimer(Arc<Deadline>);

#[derive(Debug)]
struct Deadline {
    origin: Instant,
    /// Milliseconds from the origin.
    at: AtomicU64,
}

impl HeadTimer {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Deadline {
            origin: Instant::now(),
            at: AtomicU64::new(NONE),
        }))
    }

    /// When the connection must be polled again for a deadline to be noticed, given that every deadline lies
    /// `limit` after it is set.
    pub(crate) fn next_look(&self, limit: Duration) -> Instant {
        match self.0.at.load(Ordering::Relaxed) {
            NONE => Instant::now() + limit,
            at => self.0.origin + Duration::from_millis(at),
        }
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let from_origin = deadline.saturating_duration_since(self.0.origin);
        // Rounded up, so that the deadline has passed when the look comes.
        let at = u64::try_from(from_origin.as_millis()).unwrap_or(u64::MAX - 1) + 1;
        self.0.at.store(at, Ordering::Relaxed);
        Box::pin(HeadSleep {
            deadline: Arc::clone(&self.0),
            at,
        })
    }
}

/// Resolves when polled after its deadline; wakes nobody by itself.
struct HeadSleep {
    deadline: Arc<Deadline>,
    at: u64,
}

impl Sleep for HeadSleep {}

impl Future for HeadSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        let passed = self.deadline.origin.elapsed().as_millis();
        if passed >= u128::from(self.at) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl Drop for HeadSleep {
    /// A later sleep may have taken the place; its deadline stays.
    fn drop(&mut self) {
        let at = &self.deadline.at;
        let _ = at.compare_exchange(self.at, NONE, Ordering::Relaxed, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    #[test]
    fn the_next_look_is_at_the_deadline_of_the_head_that_is_awaited() {
        let timer = HeadTimer::new();
        let deadline = timer.now() + LIMIT;
        let first = timer.sleep_until(deadline);
        assert!(timer.next_look(LIMIT) >= deadline);
        assert!(timer.next_look(LIMIT) < deadline + Duration::from_millis(2));
        let second = timer.sleep_until(deadline + LIMIT);
        drop(first);
        assert!(timer.next_look(LIMIT) >= deadline + LIMIT);
        drop(second);
        assert!(timer.next_look(Duration::ZERO) < deadline);
    }
}
