use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

/// Which programs `process.run` runs, and how it ends them.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProcessRunConfig {
    /// The programs; whoever may submit jobs can run them with any arguments. Default: none, which turns
    /// `process.run` off.
    pub allow: Vec<AllowedProgram>,
    /// How long a program has between the request to end and being killed, in milliseconds. Default: 2,000.
    pub grace_ms: u64,
    /// `PATH` of the programs. Default: `/usr/local/bin:/usr/bin:/bin`.
    pub path: String,
}

impl Default for ProcessRunConfig {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            grace_ms: 2_000,
            path: "/usr/local/bin:/usr/bin:/bin".to_owned(),
        }
    }
}

/// A program that may be run. As text: `/usr/bin/convert`, or `convert=/usr/bin/convert` to give it a name that
/// payloads can use too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedProgram {
    name: Option<String>,
    path: PathBuf,
}

/// A text that names no program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an absolute path such as /usr/bin/convert, or name=/usr/bin/convert")]
pub struct InvalidProgram;

impl AllowedProgram {
    /// What is run.
    pub fn path(&self) -> &PathBuf {
        &self.path
    }

    /// Whether a payload's `program` means this one: its name, or its path letter by letter.
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
    fn a_program_is_known_by_its_exact_path_and_its_name() {
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
