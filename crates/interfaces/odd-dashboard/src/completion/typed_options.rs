use std::path::PathBuf;

use crate::settings::{ClientSettings, Endpoints, Selection, Sources, parse_url};

/// The global options on the command line that is being completed: they tell which observatory to ask.
#[derive(Debug, Default)]
pub(super) struct TypedOptions {
    words: Vec<String>,
}

impl TypedOptions {
    /// Reads the command line, which the shell passes after `--`.
    pub(super) fn of_process() -> Self {
        let arguments = std::env::args_os().skip_while(|argument| argument != "--");
        let words = arguments
            .skip(1)
            .map(|word| word.to_string_lossy().into_owned());
        Self {
            words: words.collect(),
        }
    }

    /// Returns the configuration that the command would use; `None` if it is not valid.
    pub(super) fn sources(&self) -> Option<Sources> {
        self.load(self.value("--profile"))
    }

    /// Like [`Self::sources`], without the profile on the command line, which may be typed incompletely.
    pub(super) fn sources_without_profile(&self) -> Option<Sources> {
        self.load(None)
    }

    fn load(&self, profile: Option<&str>) -> Option<Sources> {
        let config = self.value("--config").map(PathBuf::from);
        let config = config.as_deref();
        Sources::load(Selection { config, profile }).ok()
    }

    /// Returns the observatory that the command would use; `None` if the configuration is not valid.
    pub(super) fn client_settings(&self) -> Option<ClientSettings> {
        let url = |name| parse_url(self.value(name)?).ok();
        let endpoints = Endpoints {
            gateway_url: url("--gateway-url"),
            read_model_url: url("--read-model-url"),
            token_file: self.value("--token-file").map(PathBuf::from),
        };
        ClientSettings::read(&self.sources()?, endpoints).ok()
    }

    /// Returns the value of an option, in either form: `--name value` or `--name=value`.
    fn value(&self, name: &str) -> Option<&str> {
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            match word.strip_prefix(name) {
                Some("") => return words.next().map(String::as_str),
                Some(rest) if rest.starts_with('=') => return Some(&rest[1..]),
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_found_in_both_forms() {
        let words = ["odd-dashboard", "--profile", "prod", "--config=a b", "jobs"];
        let options = TypedOptions {
            words: words.map(str::to_owned).into(),
        };
        assert_eq!(options.value("--profile"), Some("prod"));
        assert_eq!(options.value("--config"), Some("a b"));
        assert_eq!(options.value("--gateway-url"), None);
    }
}
