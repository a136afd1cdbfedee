use std::time::Duration;

use crate::backoff::{Backoff, STABLE_AFTER};

/// The delays between attempts to connect to a terminal again, like those of an [`EventFollower`](crate::EventFollower). Keep
/// one for all connections of a session.
#[derive(Debug, Default)]
pub struct TerminalBackoff(Backoff);

impl TerminalBackoff {
    /// Records a failed attempt. Returns the delay before the next one, or `None` after too many failures in a row.
    pub fn failed(&mut self) -> Option<Duration> {
        self.0.failed(None)
    }

    /// Records the end of a connection that has lasted this long. Returns the delay before the next attempt: none after a
    /// stable connection. A brief one counts as a failure, so that a server which ends every connection at once is not
    /// flooded; `None` after too many in a row.
    pub fn ended(&mut self, lasted: Duration) -> Option<Duration> {
        if lasted < STABLE_AFTER {
            return self.0.failed(Some(lasted));
        }
        self.0 = Backoff::default();
        Some(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brief_connections_are_failures() {
        let mut backoff = TerminalBackoff::default();
        let brief = Duration::from_millis(50);
        let delays: Vec<u64> = (0..10)
            .map(|_| backoff.ended(brief).expect("another attempt"))
            .map(|delay| delay.as_millis() as u64)
            .collect();
        assert_eq!(delays[..4], [100, 200, 400, 800]);
        assert_eq!(backoff.ended(brief), None);
    }

    #[test]
    fn stable_connection_is_restored_at_once() {
        let mut backoff = TerminalBackoff::default();
        for _ in 0..10 {
            backoff.failed();
        }
        assert_eq!(backoff.ended(STABLE_AFTER), Some(Duration::ZERO));
        assert_eq!(backoff.failed(), Some(Duration::from_millis(100)));
    }
}
