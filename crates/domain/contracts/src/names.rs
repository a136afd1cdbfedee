use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const MAX_NAME_BYTES: usize = 50;

/// The error of parsing a name with characters other than letters, digits, `.`, `_` and `-`, or without 1 to 50 of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 50 of the characters A-Z a-z 0-9 . _ -")]
pub struct InvalidName;

/// The type of a job; selects the handler.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobType(Arc<str>);

/// The queue that a job waits in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueueName(Arc<str>);

fn check(text: &str) -> Result<Arc<str>, InvalidName> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if text.is_empty() || text.len() > MAX_NAME_BYTES || !text.bytes().all(legal) {
        return Err(InvalidName);
    }
    Ok(text.into())
}

impl JobType {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl QueueName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for QueueName {
    fn default() -> Self {
        Self("default".into())
    }
}

impl FromStr for JobType {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        check(text).map(Self)
    }
}

impl FromStr for QueueName {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        check(text).map(Self)
    }
}

impl fmt::Display for JobType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for JobType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for QueueName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

struct NameVisitor;

impl de::Visitor<'_> for NameVisitor {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("1 to 50 of the characters A-Z a-z 0-9 . _ -")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Arc<str>, E> {
        check(text).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for JobType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor).map(Self)
    }
}

impl<'de> Deserialize<'de> for QueueName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_one_to_fifty_legal_characters() {
        assert!("a".parse::<JobType>().is_ok());
        assert!("x".repeat(50).parse::<JobType>().is_ok());
        assert!("x".repeat(51).parse::<JobType>().is_err());
        for bad in ["", "a b", "a/b", "é", "a\u{0}"] {
            assert!(bad.parse::<QueueName>().is_err(), "{bad:?}");
        }
    }
}
