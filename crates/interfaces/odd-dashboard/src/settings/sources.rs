use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use odd_contracts::JobType;
use odd_processor::Objective;

use crate::failure::Failure;
use crate::settings::file::File;
use crate::settings::list::{CONFIG, SETTINGS, Setting};

/// The environment and the configuration file, read once and checked completely.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    env: BTreeMap<String, String>,
    file: Option<File>,
}

/// A value and its origin: the variable, or the key and the file.
pub(crate) struct Found<T = String> {
    pub(crate) value: T,
    pub(crate) origin: String,
}

impl Sources {
    /// Reads the environment of the process and the file that `flag` names, or `ODD_CONFIG` if there is no flag.
    ///
    /// # Errors
    /// When the file cannot be read or is not TOML, or contains an unknown key or a value of the wrong type.
    pub(crate) fn load(flag: Option<&Path>) -> Result<Self, Failure> {
        let env = std::env::vars()
            .filter(|(name, _)| {
                name.starts_with("ODD_") || SETTINGS.iter().any(|setting| setting.env == name)
            })
            .collect();
        Self::from_parts(env, flag)
    }

    /// Returns sources with only these variables.
    #[cfg(test)]
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        let env = variables.iter();
        let env = env.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            env: env.collect(),
            file: None,
        }
    }

    fn from_parts(env: BTreeMap<String, String>, flag: Option<&Path>) -> Result<Self, Failure> {
        let named = env.get(CONFIG.env).filter(|text| !text.is_empty());
        let file = flag
            .map(Path::to_owned)
            .or_else(|| named.map(PathBuf::from))
            .map(File::read)
            .transpose()?;
        Ok(Self { env, file })
    }

    /// Returns the `ODD_` variables that are not settings, and probably misspelt.
    pub(crate) fn unknown_variables(&self) -> impl Iterator<Item = &str> {
        self.env
            .keys()
            .map(String::as_str)
            .filter(|name| SETTINGS.iter().all(|setting| setting.env != *name))
            // Cargo sets these for the build, and `cargo run` for the program too.
            .filter(|name| !name.starts_with("ODD_BUILD_"))
    }

    /// Returns where `setting` is set, for messages: its variable, or its key in the file. The variable if it is not set.
    pub(super) fn origin(&self, setting: &Setting) -> String {
        let found = self.find(setting);
        found.map_or_else(|| setting.env.to_owned(), |found| found.origin)
    }

    /// Returns the value of `setting` from the environment, or else from the file. An empty variable counts as unset.
    pub(crate) fn find(&self, setting: &Setting) -> Option<Found> {
        if let Some(value) = self.env.get(setting.env).filter(|text| !text.is_empty()) {
            return Some(Found {
                value: value.clone(),
                origin: setting.env.to_owned(),
            });
        }
        let file = self.file.as_ref()?;
        let key = setting.key?;
        Some(Found {
            value: file.values.get(key)?.clone(),
            origin: format!("`{key}` in {}", file.path.display()),
        })
    }

    /// Returns the value of the flag, or else the configured value, parsed by `parse`.
    ///
    /// # Errors
    /// When `parse` fails. The message names the variable or key, but not the value, which may be a secret.
    pub(crate) fn read<T>(
        &self,
        setting: &Setting,
        flag: Option<T>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Failure> {
        if flag.is_some() {
            return Ok(flag);
        }
        self.find(setting)
            .map(|found| {
                parse(&found.value).map_err(|why| Failure::usage(format!("{} {why}", found.origin)))
            })
            .transpose()
    }

    /// Returns the objectives of job types, which only the file can have.
    pub(crate) fn objectives(&self) -> BTreeMap<JobType, Objective> {
        let file = self.file.as_ref();
        file.map(|file| file.objectives.clone()).unwrap_or_default()
    }

    /// Returns the items of a list setting.
    pub(crate) fn list(&self, setting: &Setting) -> Option<Found<Vec<String>>> {
        self.find(setting).map(|found| Found {
            value: found
                .value
                .split([',', '\n'])
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
            origin: found.origin,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::list::{GATEWAY_ADDR, PROCESS_RUN_ALLOW, WORKER_CONCURRENCY};

    #[test]
    fn flag_overrides_environment_and_environment_overrides_file() {
        let sources = Sources {
            env: BTreeMap::from([("ODD_GATEWAY_ADDR".to_owned(), "env".to_owned())]),
            file: Some(File {
                path: "x.toml".into(),
                values: BTreeMap::from([
                    ("gateway.addr", "file".to_owned()),
                    ("processor.concurrency", "3".to_owned()),
                ]),
                objectives: BTreeMap::new(),
            }),
        };
        let read = |flag: Option<&str>| {
            sources
                .read(&GATEWAY_ADDR, flag.map(str::to_owned), |text| {
                    Ok(text.to_owned())
                })
                .expect("valid")
        };
        assert_eq!(read(Some("flag")).as_deref(), Some("flag"));
        assert_eq!(read(None).as_deref(), Some("env"));
        let found = sources.find(&WORKER_CONCURRENCY).expect("in the file");
        assert_eq!(
            (found.value.as_str(), found.origin.as_str()),
            ("3", "`processor.concurrency` in x.toml")
        );
        assert!(sources.find(&PROCESS_RUN_ALLOW).is_none());
    }

    #[test]
    fn misspelt_variable_is_found() {
        let names = ["ODD_BUILD_COMMIT", "ODD_GATWAY_ADDR"];
        let env = names.map(|name| (name.to_owned(), String::new())).into();
        let sources = Sources { env, file: None };
        assert_eq!(
            sources.unknown_variables().collect::<Vec<_>>(),
            ["ODD_GATWAY_ADDR"]
        );
    }
}
