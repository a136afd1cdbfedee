use std::sync::Arc;

use uuid::Uuid;

/// The name of one complete set of views. A rebuild fills a new generation while the current one is in use. Names are
/// unique, so that a delayed write to an old generation cannot reach a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Generation(pub(super) String);

impl Generation {
    pub(super) fn new() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }
}

/// A key that names a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pointer {
    /// Names the generation that is read.
    Current,
    /// Names the generation being rebuilt; it is the rebuild lock at the same time.
    Rebuilding,
}

/// The names of all keys.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    prefix: Arc<str>,
}

impl Keys {
    /// Puts the prefix in braces, so that a Redis Cluster keeps all keys on one node and scripts may use them together.
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

    /// Returns the key of the set of all generations that may have keys.
    pub(super) fn generations(&self) -> String {
        format!("{}generations", self.prefix)
    }

    /// Returns the key of the hash of counts, position and time of the last event.
    pub(super) fn counts(&self, generation: &Generation) -> String {
        format!("{}{}:counts", self.prefix, generation.0)
    }

    /// Returns the key of the sorted set of the seconds at which buckets start.
    pub(super) fn index(&self, generation: &Generation) -> String {
        format!("{}{}:index", self.prefix, generation.0)
    }

    /// Returns the prefix of bucket hashes, to which a second is appended. A hash contains the buckets of all job types.
    pub(super) fn bucket_base(&self, generation: &Generation) -> String {
        format!("{}{}:bucket:", self.prefix, generation.0)
    }
}
