use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::settings::file::File;
use crate::settings::found::Found;
use crate::settings::list::{Setting, TOKEN_FILE};
use crate::settings::profiles::{Profile, SECTION, name_in_profile};
use crate::settings::spelling::closest;

/// The profile that a command uses.
#[derive(Debug)]
pub(super) struct SelectedProfile {
    name: String,
    values: Profile,
    file: PathBuf,
    /// Whether the environment has no say in where the deployment is.
    pub(super) is_exclusive: bool,
}

impl SelectedProfile {
    /// Finds the profile that `origin` names.
    ///
    /// # Errors
    /// When the file does not have it; the message lists those that it has.
    pub(super) fn find(name: &str, origin: &str, file: Option<&File>) -> Result<Self, Failure> {
        let Some(file) = file else {
            return Err(unknown(name, origin)
                .cause("no configuration file was found")
                .hint(format!("add the section [{SECTION}.{name}] to a file, and set ODD_CONFIG or --config to it")));
        };
        let profile = file.sections.profiles.get(name);
        let values = profile
            .ok_or_else(|| unknown_in(name, origin, file))?
            .clone();
        Ok(Self {
            name: name.to_owned(),
            values,
            file: file.path.clone(),
            is_exclusive: false,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Sets whether the environment has no say in where the deployment is.
    pub(super) fn exclusive(mut self, is_exclusive: bool) -> Self {
        self.is_exclusive = is_exclusive;
        self
    }

    /// Returns the value of `setting`. The path of a token file begins at the directory of the configuration file.
    pub(super) fn find_setting(&self, setting: &Setting) -> Option<Found> {
        let value = self.values.get(setting.key?)?;
        let value = match setting.env == TOKEN_FILE.env {
            true => from_directory_of(&self.file, value),
            false => value.clone(),
        };
        let key = name_in_profile(setting)?;
        let (name, file) = (&self.name, self.file.display());
        Some(Found {
            value,
            origin: format!("`{SECTION}.{name}.{key}` in {file}"),
        })
    }
}

fn from_directory_of(file: &Path, path: &str) -> String {
    let directory = file.parent().unwrap_or(Path::new(""));
    directory.join(path).to_string_lossy().into_owned()
}

fn unknown(name: &str, origin: &str) -> Failure {
    Failure::usage(format!("{origin}: there is no profile `{name}`"))
}

fn unknown_in(name: &str, origin: &str, file: &File) -> Failure {
    let path = file.path.display();
    let names: Vec<&str> = file.sections.profiles.keys().map(String::as_str).collect();
    let failure = match names.is_empty() {
        true => unknown(name, origin).cause(format!("{path} has no profiles")),
        false => {
            unknown(name, origin).cause(format!("the profiles in {path} are: {}", names.join(", ")))
        }
    };
    match closest(name, names.into_iter()) {
        Some(known) => failure.hint(format!("did you mean `{known}`?")),
        None => failure.hint(format!("add the section [{SECTION}.{name}] to the file")),
    }
}
