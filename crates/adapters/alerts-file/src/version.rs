use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The version of the form of the file. A build reads every minor version of its major version: a later one only adds fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Version {
    major: u32,
    minor: u32,
}

/// A file that this build cannot read.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} has the version {version}, and this program reads {}.x; start a later version of the program, or move the file away to begin without alerts",
    .path.display(),
    Version::CURRENT.major
)]
pub(crate) struct UnsupportedVersion {
    path: PathBuf,
    version: Version,
}

impl Version {
    /// The version that this build writes.
    pub(crate) const CURRENT: Self = Self { major: 1, minor: 1 };

    /// Refuses a version that this build cannot read.
    pub(crate) fn check(self, path: &Path) -> Result<(), UnsupportedVersion> {
        match self.major == Self::CURRENT.major {
            true => Ok(()),
            false => Err(UnsupportedVersion {
                path: path.to_owned(),
                version: self,
            }),
        }
    }
}

/// The version of files without one.
impl Default for Version {
    fn default() -> Self {
        Self { major: 1, minor: 0 }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = text
            .split_once('.')
            .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
        let (major, minor) = parsed.ok_or_else(|| format!("{text:?} is no version"))?;
        Ok(Self { major, minor })
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}
