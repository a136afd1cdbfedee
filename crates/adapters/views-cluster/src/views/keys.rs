use std::sync::Arc;

use uuid::Uuid;

/// The end of the names of pointer, lock and set of generations: the format of the keys of a generation. Processes of
/// versions with different formats therefore have generations of their own, and can run at the same time. Raise it when a
/// generation changes, and add the old one to [`EARLIER_FORMATS`].
const FORMAT: &str = ".3";

/// The formats of earlier versions. The first ones had no number.
const EARLIER_FORMATS: [&str; 1] = [""];

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

/// Hashes of a generation that belong to a second each. A sorted set is the index of their seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// The buckets of all job types.
    Buckets,
    /// The slices of the failures.
    Slices,
}

impl Rows {
    /// Returns the name of the index in a generation.
    pub(super) const fn index(self) -> &'static str {
        match self {
            Self::Buckets => "index",
            Self::Slices => "slices",
        }
    }

    /// Returns the name of a hash in a generation, to which its second is appended.
    pub(super) const fn base(self) -> &'static str {
        match self {
            Self::Buckets => "bucket:",
            Self::Slices => "slice:",
        }
    }

    /// Returns the field of the hash of counts that has the number of seconds in the index.
    pub(super) const fn number(self) -> &'static str {
        match self {
            Self::Buckets => "#buckets",
            Self::Slices => "#slices",
        }
    }
}

/// The names of all keys.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    prefix: Arc<str>,
    format: &'static str,
}

impl Keys {
    /// Puts the prefix in braces, so that a Redis Cluster keeps all keys on one node and scripts may use them together.
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: format!("{{{prefix}}}").into(),
            format: FORMAT,
        }
    }

    /// Returns the names that earlier versions use.
    pub(super) fn earlier(&self) -> impl Iterator<Item = Self> {
        EARLIER_FORMATS.into_iter().map(|format| Self {
            prefix: Arc::clone(&self.prefix),
            format,
        })
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn pointer(&self, pointer: Pointer) -> String {
        match pointer {
            Pointer::Current => self.shared("current"),
            Pointer::Rebuilding => self.shared("rebuilding"),
        }
    }

    /// Returns the key of the set of all generations that may have keys.
    pub(super) fn generations(&self) -> String {
        self.shared("generations")
    }

    /// Returns the key of the hash of counts, position and time of the last event.
    pub(super) fn counts(&self, generation: &Generation) -> String {
        self.of(generation, "counts")
    }

    /// Returns the key of the sorted set of the seconds of rows.
    pub(super) fn index(&self, generation: &Generation, rows: Rows) -> String {
        self.of(generation, rows.index())
    }

    /// Returns the prefix of the hashes of rows, to which a second is appended.
    pub(super) fn base(&self, generation: &Generation, rows: Rows) -> String {
        self.of(generation, rows.base())
    }

    fn shared(&self, name: &str) -> String {
        format!("{}{name}{}", self.prefix, self.format)
    }

    fn of(&self, generation: &Generation, name: &str) -> String {
        format!("{}{}:{name}", self.prefix, generation.0)
    }
}
