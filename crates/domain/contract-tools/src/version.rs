use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A text that is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a version MAJOR.MINOR.PATCH such as 1.4.2")]
pub struct InvalidVersion;

/// The version of a contract: `MAJOR.MINOR.PATCH` of Semantic Versioning 2.0.0, without pre-releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Breaking changes.
    pub major: u32,
    /// Compatible additions.
    pub minor: u32,
    /// Changes of documentation and metadata.
    pub patch: u32,
}

/// How much a change asks of those who rely on a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Bump {
    /// Nothing: documentation or metadata.
    Patch,
    /// Nothing, but there is something new.
    Minor,
    /// It may break them.
    Major,
}

impl Version {
    /// What was raised from `base` to `self`, which is higher; `None` when nothing was.
    pub fn bump_since(self, base: Self) -> Option<Bump> {
        if self <= base {
            None
        } else if self.major > base.major {
            Some(Bump::Major)
        } else if self.minor > base.minor {
            Some(Bump::Minor)
        } else {
            Some(Bump::Patch)
        }
    }

    /// The next version after a change of this size.
    #[must_use]
    pub fn raised(self, bump: Bump) -> Self {
        let Self {
            major,
            minor,
            patch,
        } = self;
        let (major, minor, patch) = match bump {
            Bump::Major => (major.saturating_add(1), 0, 0),
            Bump::Minor => (major, minor.saturating_add(1), 0),
            Bump::Patch => (major, minor, patch.saturating_add(1)),
        };
        Self {
            major,
            minor,
            patch,
        }
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let mut numbers = text.split('.').map(number);
        let mut next = || numbers.next().flatten().ok_or(InvalidVersion);
        let version = Self {
            major: next()?,
            minor: next()?,
            patch: next()?,
        };
        match numbers.next() {
            None => Ok(version),
            Some(_) => Err(InvalidVersion),
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let canonical = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| canonical)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patch => "PATCH",
            Self::Minor => "MINOR",
            Self::Major => "MAJOR",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().expect("a version")
    }

    #[test]
    fn only_three_plain_numbers_are_a_version() {
        assert_eq!(version("1.20.3").to_string(), "1.20.3");
        for bad in [
            "", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3-rc", "+1.0.0", "1..0",
        ] {
            assert_eq!(bad.parse::<Version>(), Err(InvalidVersion), "{bad}");
        }
    }

    #[test]
    fn bumps_are_measured_by_the_highest_part_that_rose() {
        let base = version("1.2.3");
        for (head, bump) in [
            ("2.0.0", Some(Bump::Major)),
            ("1.3.0", Some(Bump::Minor)),
            ("1.2.4", Some(Bump::Patch)),
            ("1.2.3", None),
            ("1.1.9", None),
            ("0.9.9", None),
        ] {
            assert_eq!(version(head).bump_since(base), bump, "{head}");
        }
        for bump in [Bump::Patch, Bump::Minor, Bump::Major] {
            assert_eq!(base.raised(bump).bump_since(base), Some(bump));
        }
    }
}
