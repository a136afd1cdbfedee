use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    "{} has the version {version}, which this program cannot read: it writes version {}; start a later version of the program, \
     or move the file away to begin without alerts",
    .path.display(),
    Version::CURRENT
)]
pub(crate) struct UnsupportedVersion {
    path: PathBuf,
    /// As JSON.
    version: String,
}

impl UnsupportedVersion {
    pub(crate) fn of(path: &Path, version: &impl Serialize) -> Self {
        Self {
            path: path.to_owned(),
            version: serde_json::to_string(version).unwrap_or_default(),
        }
    }
}

impl Version {
    /// The version that this build writes.
    pub(crate) const CURRENT: Self = Self { major: 1, minor: 1 };

    /// The first version whose silences are not part of alerts.
    pub(crate) const SEPARATE_SILENCES: Self = Self { major: 1, minor: 1 };

    /// Reads the version of a file. `None` is a file without one.
    ///
    /// # Errors
    /// If it has another form, or this build cannot read such files.
    pub(crate) fn read(path: &Path, version: Option<&Value>) -> Result<Self, UnsupportedVersion> {
        let Some(version) = version else {
            return Ok(Self::default());
        };
        let parsed = Self::deserialize(version).ok();
        parsed
            .filter(|parsed| parsed.major == Self::CURRENT.major)
            .ok_or_else(|| UnsupportedVersion::of(path, version))
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
        let (major, minor) = parsed.ok_or_else(|| format!("{text:?} is not a version"))?;
        Ok(Self { major, minor })
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}
