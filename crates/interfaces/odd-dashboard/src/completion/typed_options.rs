use std::path::{Path, PathBuf};

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
        let config = self.file("--config")?;
        let config = config.as_deref();
        Sources::load(Selection { config, profile }).ok()
    }

    /// Returns the observatory that the command would use; `None` if the configuration is not valid.
    pub(super) fn client_settings(&self) -> Option<ClientSettings> {
        let url = |name| parse_url(self.value(name)?).ok();
        let endpoints = Endpoints {
            gateway_url: url("--gateway-url"),
            read_model_url: url("--read-model-url"),
            token_file: self.file("--token-file")?,
        };
        ClientSettings::read(&self.sources()?, endpoints).ok()
    }

    /// Returns the file that an option names, if it is given; `None` if reading it could wait for another program: a completion
    /// reads only regular files and the empty one, `/dev/null`.
    fn file(&self, name: &str) -> Option<Option<PathBuf>> {
        let Some(path) = self.value(name).map(PathBuf::from) else {
            return Some(None);
        };
        let is_regular = std::fs::metadata(&path).is_ok_and(|file| file.is_file());
        (is_regular || path == Path::new("/dev/null")).then_some(Some(path))
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

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_read() {
        let typed = |path: &str| TypedOptions {
            words: vec!["--config".to_owned(), path.to_owned()],
        };
        let file = tempfile::NamedTempFile::new().expect("a file");
        let regular = file.path().to_str().expect("text");
        for (path, is_read) in [
            (regular, true),
            ("/dev/null", true),
            ("/dev/zero", false),
            ("/", false),
        ] {
            assert_eq!(typed(path).file("--config").is_some(), is_read, "{path}");
        }
        assert_eq!(typed(regular).file("--token-file"), Some(None));
    }
}
