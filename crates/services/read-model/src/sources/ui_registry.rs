use std::fs::File;
use std::io::Read;
use std::path::Path;

use odd_contracts::{UiRegistry, UiRegistryAnswer, UiRegistrySource};

use crate::Config;

const MAX_BYTES: u64 = 1024 * 1024;

/// Returns the user interfaces that can be opened: those of the deployment in the configured file, or in the built-in
/// registry and why the file was not used.
pub(crate) fn load_ui_registry(config: &Config) -> UiRegistryAnswer {
    let answer = load(config.ui_registry.as_deref());
    UiRegistryAnswer {
        registry: answer
            .registry
            .of_deployment(config.deployment, &config.ui_urls),
        ..answer
    }
}

fn load(file: Option<&Path>) -> UiRegistryAnswer {
    let Some(file) = file else {
        return built_in(UiRegistrySource::BuiltIn, None);
    };
    match read(file) {
        Ok(registry) => UiRegistryAnswer {
            source: UiRegistrySource::File,
            detail: None,
            registry,
        },
        Err(reason) => {
            tracing::warn!(file = %file.display(), reason, "using the built-in registry of interfaces");
            built_in(UiRegistrySource::Fallback, Some(reason))
        }
    }
}

fn built_in(source: UiRegistrySource, detail: Option<String>) -> UiRegistryAnswer {
    UiRegistryAnswer {
        source,
        detail,
        registry: UiRegistry::built_in(),
    }
}

fn read(file: &Path) -> Result<UiRegistry, String> {
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("the file cannot be read: {error}"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("the file is longer than {MAX_BYTES} bytes"));
    }
    UiRegistry::parse(&bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(url: &str) -> String {
        format!(
            r#"{{"version":"1","uis":[{{"id":"x","name":"X","description":"","category":"api","url":"{url}","deployments":["embedded"]}}]}}"#
        )
    }

    #[test]
    fn missing_or_malformed_file_falls_back_to_the_built_in_registry() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("registry.json");
        let missing = load(Some(&file));
        assert_eq!(missing.source, UiRegistrySource::Fallback);
        let script = entry("javascript:alert(1)");
        for text in [
            "",
            "{",
            "[]",
            r#"{"version":"1"}"#,
            r#"{"version":"1","uis":[],"x":1}"#,
            &script,
        ] {
            std::fs::write(&file, text).expect("written");
            let answer = load(Some(&file));
            assert_eq!(answer.source, UiRegistrySource::Fallback, "{text}");
            assert!(answer.detail.is_some());
            assert_eq!(answer.registry, load(None).registry);
        }
    }

    #[test]
    fn valid_file_replaces_the_built_in_registry() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("registry.json");
        std::fs::write(&file, entry("https://x.example/")).expect("written");
        let answer = load(Some(&file));
        assert_eq!(
            (answer.source, answer.detail),
            (UiRegistrySource::File, None)
        );
        assert_eq!(answer.registry.uis[0].url, "https://x.example/");
    }
}
