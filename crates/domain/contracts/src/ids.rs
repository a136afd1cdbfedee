use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The error of parsing a text that is not a hyphenated UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID such as 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11")]
pub struct InvalidId;

/// Identifies a job for its whole life. Generated ids are UUIDv7, so they sort by creation time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub Uuid);

/// Identifies one event. Derived from the job and its version, so emitting an event twice gives the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub Uuid);

/// Correlates everything that one request caused: events, log lines, responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CorrelationId(pub Uuid);

impl EventId {
    /// Returns the id of the event that took `job` to `version`: UUIDv5 (RFC 9562, section 5.5) of the version's decimal
    /// digits in the namespace of the job id.
    pub fn of(job: JobId, version: u32) -> Self {
        Self(Uuid::new_v5(&job.0, version.to_string().as_bytes()))
    }

    /// Returns an id derived from the event `first`: UUIDv5 of `name` in the namespace of the event's id.
    pub fn within(first: Self, name: &str) -> Self {
        Self(Uuid::new_v5(&first.0, name.as_bytes()))
    }
}

fn parse_hyphenated(text: &str) -> Result<Uuid, InvalidId> {
    if text.len() != 36 {
        return Err(InvalidId);
    }
    Uuid::try_parse(text).map_err(|_| InvalidId)
}

impl FromStr for JobId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        parse_hyphenated(text).map(Self)
    }
}

impl FromStr for CorrelationId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        parse_hyphenated(text).map(Self)
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_id_is_a_function_of_job_and_version() {
        let job: JobId = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
            .parse()
            .expect("valid");
        assert_eq!(EventId::of(job, 12), EventId(Uuid::new_v5(&job.0, b"12")));
        assert_ne!(EventId::of(job, 1), EventId::of(job, 2));
    }

    #[test]
    fn only_the_hyphenated_form_is_accepted() {
        assert!("0192f0c12f3b7a51b6a13f1f5a0c7c11".parse::<JobId>().is_err());
        assert!(
            "{0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11}"
                .parse::<JobId>()
                .is_err()
        );
    }
}
