use std::fmt;

use semver::{BuildMetadata, Prerelease, Version};
use serde::Serialize;

/// A text that is not the version of a contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a version MAJOR.MINOR.PATCH such as 1.4.2")]
pub struct InvalidVersion;

/// Parses the version of a contract: Semantic Versioning 2.0.0 without pre-release and build metadata.
///
/// # Errors
/// When the text is anything else.
pub fn parse_version(text: &str) -> Result<Version, InvalidVersion> {
    let version = Version::parse(text).map_err(|_| InvalidVersion)?;
    if version.pre == Prerelease::EMPTY && version.build == BuildMetadata::EMPTY {
        Ok(version)
    } else {
        Err(InvalidVersion)
    }
}

/// The part of a version that a change raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Bump {
    /// For changes of documentation and metadata.
    Patch,
    /// For compatible additions.
    Minor,
    /// For changes that may break a reader or a writer.
    Major,
}

impl Bump {
    /// Returns the highest part that rose from `base` to `head`; `None` unless `head` is the higher version.
    pub fn between(base: &Version, head: &Version) -> Option<Self> {
        if head <= base {
            None
        } else if head.major > base.major {
            Some(Self::Major)
        } else if head.minor > base.minor {
            Some(Self::Minor)
        } else {
            Some(Self::Patch)
        }
    }

    /// Returns the next version after `version`.
    #[must_use]
    pub fn raise(self, version: &Version) -> Version {
        let Version {
            major,
            minor,
            patch,
            ..
        } = *version;
        match self {
            Self::Major => Version::new(major.saturating_add(1), 0, 0),
            Self::Minor => Version::new(major, minor.saturating_add(1), 0),
            Self::Patch => Version::new(major, minor, patch.saturating_add(1)),
        }
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
        parse_version(text).expect("a version")
    }

    #[test]
    fn only_three_plain_numbers_are_a_version() {
        assert_eq!(version("1.20.3").to_string(), "1.20.3");
        for bad in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "1.2.x",
            "1.2.3-rc",
            "1.2.3+build",
            "+1.0.0",
            "1..0",
        ] {
            assert_eq!(parse_version(bad), Err(InvalidVersion), "{bad}");
        }
    }

    #[test]
    fn a_bump_is_the_highest_part_that_rose() {
        let base = version("1.2.3");
        for (head, bump) in [
            ("2.0.0", Some(Bump::Major)),
            ("1.3.0", Some(Bump::Minor)),
            ("1.2.4", Some(Bump::Patch)),
            ("1.2.3", None),
            ("1.1.9", None),
            ("0.9.9", None),
        ] {
            assert_eq!(Bump::between(&base, &version(head)), bump, "{head}");
        }
        for bump in [Bump::Patch, Bump::Minor, Bump::Major] {
            assert_eq!(Bump::between(&base, &bump.raise(&base)), Some(bump));
        }
    }
}
