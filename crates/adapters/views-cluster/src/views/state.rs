use odd_contracts::Timestamp;
use odd_core::ports::{Position, TimeRange};

use super::keys::Generation;

/// The range that contains every bucket.
pub(super) const ALL_TIME: TimeRange = TimeRange {
    from: Timestamp::from_micros(i64::MIN),
    to: Timestamp::from_micros(i64::MAX),
};

/// The generation that is read, and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) generation: Generation,
    pub(super) position: Position,
}

/// The result of reading rows of the views.
pub(super) enum Read<T> {
    /// All rows of the range.
    Complete {
        content: T,
        /// The state of the views during the whole read; `None` if it changed.
        state: Option<State>,
    },
    /// There are no views.
    Absent,
    /// The server has evicted some keys of the generation.
    Damaged(Generation),
    /// The generation was replaced during each attempt.
    Changing,
}

impl<T> Read<T> {
    /// Converts the content.
    pub(super) fn try_map<U, E>(self, map: impl FnOnce(T) -> Result<U, E>) -> Result<Read<U>, E> {
        Ok(match self {
            Self::Complete { content, state } => Read::Complete {
                content: map(content)?,
                state,
            },
            Self::Absent => Read::Absent,
            Self::Damaged(generation) => Read::Damaged(generation),
            Self::Changing => Read::Changing,
        })
    }
}
