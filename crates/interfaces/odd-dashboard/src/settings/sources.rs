use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use odd_contracts::JobType;
use odd_processor::Objective;

use crate::failure::Failure;
use crate::settings::file::File;
use crate::settings::found::Found;
use crate::settings::list::{CONFIG, GATEWAY_URL, PROFILE, READ_MODEL_URL, SETTINGS, Setting};
use crate::settings::profiles::is_of_deployment;
use crate::settings::selected_profile::SelectedProfile;
use crate::settings::tui::TuiSettings;

/// The environment, the configuration file and the selected profile, read once and checked completely.
///
/// The environment overrides the file. Where a deployment is and the token for it come from the selected profile instead of
/// the rest of the file. If the profile was selected on the command line, they come only from it: otherwise a forgotten
/// variable would send a command or a token to another deployment.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    env: BTreeMap<String, String>,
    file: Option<File>,
    profile: Option<SelectedProfile>,
}

/// Where the value of a setting can come from.
#[derive(Debug, Clone, Copy)]
enum Source {
    Environment,
    Profile,
    File,
}

/// The sources, the one that overrides the others first.
const SOURCES: [Source; 3] = [Source::Environment, Source::Profile, Source::File];

/// The options of the command line that select the file and the profile.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Selection<'a> {
    pub(crate) config: Option<&'a Path>,
    pub(crate) profile: Option<&'a str>,
}

impl Sources {
    /// Reads the environment of the process and the file that the command line selects, or else `ODD_CONFIG`, or else the
    /// default file if it exists.
    ///
    /// # Errors
    /// When the file cannot be read or is not TOML, or contains an unknown key or a value of the wrong type, or the selected
    /// profile does not exist.
    pub(crate) fn load(selection: Selection<'_>) -> Result<Self, Failure> {
        let env = std::env::vars()
            .filter(|(name, _)| {
                name.starts_with("ODD_") || SETTINGS.iter().any(|setting| setting.env == name)
            })
            .collect();
        Self::from_parts(env, selection, default_file())
    }

    /// Returns sources with only these variables.
    #[cfg(test)]
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        let env = variables.iter();
        let env = env.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            env: env.collect(),
            ..Self::default()
        }
    }

    fn from_parts(
        env: BTreeMap<String, String>,
        selection: Selection<'_>,
        default_file: Option<PathBuf>,
    ) -> Result<Self, Failure> {
        let named = env.get(CONFIG.env).filter(|text| !text.is_empty());
        let named = selection.config.or_else(|| named.map(Path::new));
        let file = match named {
            Some(path) => Some(File::read(path.to_owned())?),
            None => default_file
                .map(File::read_if_present)
                .transpose()?
                .flatten(),
        };
        let mut sources = Self {
            env,
            file,
            profile: None,
        };
        sources.profile = sources.select_profile(selection.profile)?;
        Ok(sources)
    }

    fn select_profile(&self, flag: Option<&str>) -> Result<Option<SelectedProfile>, Failure> {
        let (name, origin) = match (flag, self.find(&PROFILE)) {
            (Some(name), _) => (name.to_owned(), "--profile".to_owned()),
            (None, Some(found)) => (found.value, found.origin),
            (None, None) => return Ok(None),
        };
        let profile = SelectedProfile::find(&name, &origin, self.file.as_ref())?;
        Ok(Some(profile.exclusive(flag.is_some())))
    }

    /// Returns the `ODD_` variables that are not settings, and probably misspelt.
    pub(crate) fn unknown_variables(&self) -> impl Iterator<Item = &str> {
        self.env
            .keys()
            .map(String::as_str)
            .filter(|name| SETTINGS.iter().all(|setting| setting.env != *name))
            // Cargo sets these for the build, and `cargo run` for the program too; the last one is for tests of the workspace.
            .filter(|name| !name.starts_with("ODD_BUILD_") && *name != "ODD_TOOLS_DIR")
    }

    /// Returns where `setting` is set, for messages: its variable, or its key in the file. The variable if it is not set.
    pub(super) fn origin(&self, setting: &Setting) -> String {
        let found = self.find(setting);
        found.map_or_else(|| setting.env.to_owned(), |found| found.origin)
    }

    /// Returns the value of `setting` from the first source that has it. An empty variable counts as unset.
    pub(crate) fn find(&self, setting: &Setting) -> Option<Found> {
        self.find_first(&[setting]).map(|(_, found)| found)
    }

    /// Returns the first of `settings` that is set, and its value. The order of the sources comes first: a setting in the
    /// environment precedes all that are only in the file.
    pub(super) fn find_first<'s>(&self, settings: &[&'s Setting]) -> Option<(&'s Setting, Found)> {
        let settings_of_sources = SOURCES.into_iter().flat_map(|source| {
            let with_source = move |setting: &&'s Setting| (source, *setting);
            settings.iter().map(with_source)
        });
        let mut usable =
            settings_of_sources.filter(|(source, setting)| self.uses(*source, setting));
        usable.find_map(|(source, setting)| Some((setting, self.find_in(source, setting)?)))
    }

    /// Returns `false` for sources that may be about another deployment than the selected profile.
    fn uses(&self, source: Source, setting: &Setting) -> bool {
        match (source, &self.profile) {
            (Source::Environment, Some(profile)) if is_of_deployment(setting) => {
                !profile.is_exclusive
            }
            (Source::File, Some(_)) => !is_of_deployment(setting),
            _ => true,
        }
    }

    fn find_in(&self, source: Source, setting: &Setting) -> Option<Found> {
        match source {
            Source::Environment => self.find_in_env(setting),
            Source::Profile => self.profile.as_ref()?.find_setting(setting),
            Source::File => self.file.as_ref()?.find(setting),
        }
    }

    fn find_in_env(&self, setting: &Setting) -> Option<Found> {
        let value = self.env.get(setting.env).filter(|text| !text.is_empty())?;
        Some(Found {
            value: value.clone(),
            origin: setting.env.to_owned(),
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

    /// Returns the path of the configuration file that is used.
    pub(crate) fn file_path(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.path.as_path())
    }

    /// Returns the name of the selected profile.
    pub(crate) fn profile_name(&self) -> Option<&str> {
        self.profile.as_ref().map(SelectedProfile::name)
    }

    /// Returns the name of each profile of the file, with the URLs of its gateway and its read-model.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let profiles = self.file.iter().flat_map(|file| &file.sections.profiles);
        profiles.map(|(name, values)| {
            let url = |setting: &Setting| {
                let value = setting.key.and_then(|key| values.get(key));
                value.map_or("", String::as_str)
            };
            (name.as_str(), url(&GATEWAY_URL), url(&READ_MODEL_URL))
        })
    }

    /// Returns the objectives of job types, which only the file can have.
    pub(crate) fn objectives(&self) -> BTreeMap<JobType, Objective> {
        let file = self.file.as_ref();
        file.map(|file| file.sections.objectives.clone())
            .unwrap_or_default()
    }

    /// Returns the names of the profiles in the file.
    pub(crate) fn profile_names(&self) -> impl Iterator<Item = &str> {
        let file = self.file.iter();
        file.flat_map(|file| file.sections.profiles.keys().map(String::as_str))
    }

    /// Returns the look, the keys and the commands of the terminal interface, which only the file can have.
    pub(crate) fn tui(&self) -> TuiSettings {
        let file = self.file.as_ref();
        file.map(|file| file.sections.tui.clone())
            .unwrap_or_default()
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

/// Returns the file that is read when none is named; `None` if the home directory is unknown.
fn default_file() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.config_dir().join("odd-dashboard").join("config.toml"))
}

#[cfg(test)]
mod tests;
