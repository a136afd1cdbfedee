use std::fmt;

use odd_contracts::{FailureFingerprint, JobStatus, JobType, QueueName};

use super::{FilterKey, When, quote};
use crate::JobRef;

/// One condition of a filter, or its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Select the jobs that do not meet the condition.
    pub negated: bool,
    /// The condition.
    pub condition: Condition,
}

/// What a job must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// One of these statuses, in the order of a job's life.
    Status(Vec<JobStatus>),
    /// This type.
    Type(JobType),
    /// This queue.
    Queue(QueueName),
    /// This tag: 1 to 50 characters.
    Tag(String),
    /// A creation at this time or later.
    Since(When),
    /// A creation before this time.
    Until(When),
    /// This id, or a part of it.
    Id(JobRef),
    /// A failure with this fingerprint, which only FAILED jobs have.
    Fingerprint(FailureFingerprint),
    /// This text, of 1 to 200 characters, in its id, type, unique key, payload, metadata or error.
    Text(String),
}

impl Term {
    /// Requires a condition.
    pub fn with(condition: Condition) -> Self {
        Self {
            negated: false,
            condition,
        }
    }

    /// Requires the opposite of a condition.
    pub fn without(condition: Condition) -> Self {
        Self {
            negated: true,
            condition,
        }
    }
}

impl Condition {
    /// Returns the key of the condition; `None` for searched text, which has none.
    pub fn key(&self) -> Option<FilterKey> {
        Some(match self {
            Self::Status(_) => FilterKey::Status,
            Self::Type(_) => FilterKey::Type,
            Self::Queue(_) => FilterKey::Queue,
            Self::Tag(_) => FilterKey::Tag,
            Self::Since(_) => FilterKey::Since,
            Self::Until(_) => FilterKey::Until,
            Self::Id(_) => FilterKey::Id,
            Self::Fingerprint(_) => FilterKey::Fingerprint,
            Self::Text(_) => return None,
        })
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("!")?;
        }
        self.condition.fmt(f)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(key) = self.key() {
            write!(f, "{key}:")?;
        }
        match self {
            Self::Status(statuses) => {
                let names: Vec<_> = statuses.iter().map(|status| status.as_str()).collect();
                f.write_str(&names.join(","))
            }
            Self::Type(name) => name.fmt(f),
            Self::Queue(name) => name.fmt(f),
            Self::Tag(tag) => f.write_str(&quote::value(tag)),
            Self::Since(when) | Self::Until(when) => when.fmt(f),
            Self::Id(id) => id.fmt(f),
            Self::Fingerprint(fingerprint) => fingerprint.fmt(f),
            Self::Text(text) => f.write_str(&quote::free_text(text)),
        }
    }
}
