use std::fmt;

/// A key of the filter language: the part of a term before the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FilterKey {
    /// `status:FAILED,CANCELLED`.
    Status,
    /// `type:email`.
    Type,
    /// `queue:slow`.
    Queue,
    /// `tag:nightly`.
    Tag,
    /// `since:1h`.
    Since,
    /// `until:2026-11-30T00:00:00Z`.
    Until,
    /// `id:0192f0c1~7c11`.
    Id,
    /// `fingerprint:9c2f1e0b7a4d3c55`.
    Fingerprint,
}

impl FilterKey {
    /// Every key, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::Status,
        Self::Type,
        Self::Queue,
        Self::Tag,
        Self::Since,
        Self::Until,
        Self::Id,
        Self::Fingerprint,
    ];

    /// Returns the key as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Type => "type",
            Self::Queue => "queue",
            Self::Tag => "tag",
            Self::Since => "since",
            Self::Until => "until",
            Self::Id => "id",
            Self::Fingerprint => "fingerprint",
        }
    }

    /// Returns which jobs a term with the key selects.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Status => "jobs in one of these statuses",
            Self::Type => "jobs of this type",
            Self::Queue => "jobs in this queue",
            Self::Tag => "jobs with this tag",
            Self::Since => "jobs created at this time or later",
            Self::Until => "jobs created before this time",
            Self::Id => "the job with this id, short id or first digits of an id",
            Self::Fingerprint => "jobs that are FAILED because of this kind of failure",
        }
    }

    /// Returns a term with the key.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Status => "status:FAILED,CANCELLED",
            Self::Type => "type:email",
            Self::Queue => "queue:slow",
            Self::Tag => "tag:nightly",
            Self::Since => "since:1h",
            Self::Until => "until:2026-11-30T00:00:00Z",
            Self::Id => "id:0192f0c1~7c11",
            Self::Fingerprint => "fingerprint:9c2f1e0b7a4d3c55",
        }
    }

    /// Returns the key that is written like this.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|key| key.as_str() == text)
    }

    /// Returns `true` if `!` may precede the key.
    pub const fn can_be_negated(self) -> bool {
        matches!(self, Self::Status | Self::Type | Self::Queue | Self::Tag)
    }
}

impl fmt::Display for FilterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
