use std::time::Duration;

use odd_contracts::Timestamp;

/// The time of a message: of day, and since the start of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The time of day.
    pub wall: Timestamp,
    /// The time since the start.
    pub elapsed: Duration,
}
