use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

/// Which programs `process.run` may start, and how it stops them.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProcessRunConfig {
    /// The programs; every client that may submit jobs can run them with any arguments. Default: none, which turns
    /// `process.run` off.
    pub allow: Vec<AllowedProgram>,
    /// The name of the setting that fills `allow`, for example an environment variable. Refusals tell the submitter to change
    /// it. Default: none, as only the program that reads the settings knows their names.
    #[serde(skip)]
    pub allow_setting: Option<&'static str>,
    /// Time between SIGTERM and SIGKILL, in milliseconds. Default: 2,000.
    pub grace_ms: u64,
    /// Soft limit of open files of the programs, if it is another than that of the worker. Linux only. Default: none.
    #[serde(skip)]
    pub open_files: Option<u64>,
    /// Most programs that run at the same time; further attempts are released. It leaves descriptors to the rest of the
    /// process. Default: none.
    #[serde(skip)]
    pub max_running: Option<usize>,
    /// `PATH` of the programs. Default: `/usr/local/bin:/usr/bin:/bin`.
    pub path: String,
}

impl Default for ProcessRunConfig {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            allow_setting: None,
            grace_ms: 2_000,
            open_files: None,
            max_running: None,
            path: "/usr/local/bin:/usr/bin:/bin".to_owned(),
        }
    }
}

/// A program that may be started. As text: `/usr/bin/convert`, or `convert=/usr/bin/convert` for a name that payloads can use
/// as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedProgram {
    name: Option<String>,
    path: PathBuf,
}

/// The error for a text that is not an [`AllowedProgram`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an absolute path such as /usr/bin/convert, or name=/usr/bin/convert")]
pub struct InvalidProgram;

impl AllowedProgram {
    /// Returns the path of the executable.
    pub fn path(&self) -> &PathBuf {
        &self.path
    }

    /// Returns `true` if a payload's `program` is this one: equal to its name, or byte for byte to its path.
    pub(super) fn is(&self, program: &str) -> bool {
        self.name.as_deref() == Some(program) || self.path.as_os_str() == program
    }
}

impl FromStr for AllowedProgram {
    type Err = InvalidProgram;

    fn from_str(text: &str) -> Result<Self, InvalidProgram> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) if !name.contains('/') => (Some(name.to_owned()), path),
            _ => (None, text),
        };
        let path = PathBuf::from(path);
        if !path.is_absolute() || name.as_deref() == Some("") {
            return Err(InvalidProgram);
        }
        Ok(Self { name, path })
    }
}

impl<'de> Deserialize<'de> for AllowedProgram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn program(text: &str) -> AllowedProgram {
        text.parse().expect("a program")
    }

    #[test]
    fn program_matches_its_exact_path_and_its_name() {
        let named = program("convert=/usr/bin/convert");
        assert!(named.is("convert") && named.is("/usr/bin/convert"));
        for other in [
            "/usr/bin/../bin/convert",
            "/usr/bin//convert",
            "Convert",
            "",
            "convert ",
        ] {
            assert!(!named.is(other), "{other}");
        }
        assert!(!program("/usr/bin/convert").is("convert"));
        assert!(program("/opt/a=b").is("/opt/a=b"));
    }

    #[test]
    fn relative_paths_are_refused() {
        for text in [
            "",
            "convert",
            "./convert",
            "convert=bin/convert",
            "=/usr/bin/convert",
        ] {
            assert_eq!(
                text.parse::<AllowedProgram>(),
                Err(InvalidProgram),
                "{text}"
            );
        }
    }
}
