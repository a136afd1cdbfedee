use std::fmt;
use std::str::FromStr;

use odd_contracts::{IdDigits, JobId};

/// Separates the beginning of an id from its end.
pub(crate) const SEPARATOR: char = '~';

/// Fewest digits of an id without its end.
const FEWEST_ALONE: usize = 8;

/// The error of parsing a text that is neither an id nor a part of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a job id, a short id such as 0192f0c1~7c11, or the first 8 or more hexadecimal digits of an id"
)]
pub struct InvalidJobRef;

/// What a person types to name a job: its id, its short id, or the first digits of its id.
///
/// ```
/// use odd_client::JobRef;
///
/// for text in ["0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11", "0192f0c1~7c11", "0192f0c1-2f3b"] {
///     assert!(text.parse::<JobRef>().is_ok());
/// }
/// assert!("0192f0".parse::<JobRef>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JobRef {
    /// The whole id.
    Id(JobId),
    /// A part of the id.
    Part {
        /// Its first digits: at least 8 if the last ones are unknown.
        prefix: IdDigits,
        /// Its last digits.
        suffix: Option<IdDigits>,
    },
}

impl JobRef {
    /// Returns `true` if this is the id, or a part of it.
    pub fn matches(&self, id: JobId) -> bool {
        match self {
            Self::Id(own) => *own == id,
            Self::Part { prefix, suffix } => {
                prefix.begin(id) && suffix.as_ref().is_none_or(|suffix| suffix.end(id))
            }
        }
    }
}

impl FromStr for JobRef {
    type Err = InvalidJobRef;
    fn from_str(text: &str) -> Result<Self, InvalidJobRef> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let (prefix, suffix) = match text.split_once(SEPARATOR) {
            Some((prefix, suffix)) => (digits(prefix)?, Some(digits(suffix)?)),
            None => (digits(text)?, None),
        };
        if prefix.first_id() == prefix.last_id() && suffix.is_none() {
            return Ok(Self::Id(prefix.first_id()));
        }
        match suffix.is_none() && prefix.as_str().len() < FEWEST_ALONE {
            true => Err(InvalidJobRef),
            false => Ok(Self::Part { prefix, suffix }),
        }
    }
}

/// Reads digits that may have hyphens between them, as those of a UUID.
fn digits(text: &str) -> Result<IdDigits, InvalidJobRef> {
    text.replace('-', "").parse().map_err(|_| InvalidJobRef)
}

impl fmt::Display for JobRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Part { prefix, suffix } => {
                prefix.fmt(f)?;
                match suffix {
                    Some(suffix) => write!(f, "{SEPARATOR}{suffix}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl From<JobId> for JobRef {
    fn from(id: JobId) -> Self {
        Self::Id(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

    fn parsed(text: &str) -> JobRef {
        text.parse().expect("a reference")
    }

    #[test]
    fn whole_id_is_read_with_and_without_hyphens() {
        let id = JobRef::Id(ID.parse().expect("an id"));
        for text in [ID, "0192f0c12f3b7a51b6a13f1f5a0c7c11", &ID.to_uppercase()] {
            assert_eq!(parsed(text), id, "{text}");
        }
    }

    #[test]
    fn parts_of_an_id_match_it() {
        let id: JobId = ID.parse().expect("an id");
        for text in [
            "0192f0c1~7c11",
            "0192~7c11",
            "0192f0c1-2f~5a0c7c11",
            "0192F0C1",
            "0192f0c1-2f3b-",
        ] {
            assert!(parsed(text).matches(id), "{text}");
            assert_eq!(parsed(&parsed(text).to_string()), parsed(text), "{text}");
        }
        for text in ["0192f0c1~7c12", "0192f0c2", "0192f0c1-2f3c"] {
            assert!(!parsed(text).matches(id), "{text}");
        }
    }

    #[test]
    fn parts_that_are_too_short_or_no_digits_are_refused() {
        for text in [
            "",
            "0192f0c",
            "019~7c11",
            "0192~7c1",
            "0192f0c1~",
            "~7c11",
            "0192~7c11~1",
            "email",
        ] {
            assert_eq!(text.parse::<JobRef>(), Err(InvalidJobRef), "{text}");
        }
    }
}
