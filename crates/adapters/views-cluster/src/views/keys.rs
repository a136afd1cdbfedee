use std::sync::Arc;

use uuid::Uuid;

/// One whole set of views. Rebuilding makes a new one beside the one in use. Names never come again, so that a
/// late writer of an earlier one cannot be mistaken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Generation(pub(super) String);

impl Generation {
    pub(super) fn fresh() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }
}

/// Which key names the generation that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pointer {
    /// The one that is read.
    Current,
    /// The one being rebuilt: the lock of rebuilding holds its name.
    Rebuilding,
}

/// The names of all keys.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    prefix: Arc<str>,
}

impl Keys {
    /// All names share what is in braces, so a Redis Cluster keeps them on one node and scripts may use them
    /// together.
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: format!("{{{prefix}}}").into(),
        }
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn pointer(&self, pointer: Pointer) -> String {
        match pointer {
            Pointer::Current => format!("{}current", self.prefix),
            Pointer::Rebuilding => format!("{}rebuilding", self.prefix),
        }
    }

    /// The set of all generations that may have keys.
    pub(super) fn generations(&self) -> String {
        format!("{}generations", self.prefix)
    }

    /// The hash of counts, the position and the time of the last event.
    pub(super) fn counts(&self, generation: &Generation) -> String {
        format!("{}{}:counts", self.prefix, generation.0)
    }

    /// The sorted set of the seconds at which buckets begin.
    pub(super) fn index(&self, generation: &Generation) -> String {
        format!("{}{}:index", self.prefix, generation.0)
    }

    /// What the names of bucket hashes begin with; a second follows. One holds the buckets of all types.
    pub(super) fn bucket_base(&self, generation: &Generation) -> String {
        format!("{}{}:bucket:", self.prefix, generation.0)
    }
}
