use std::fs::File;
use std::io::Read;
use std::path::Path;

use odd_contracts::{UiRegistry, UiRegistryAnswer, UiRegistrySource, parse_strict};

const BUILT_IN: &str = include_str!("../../../../../contracts/ui-registry.json");
const MAX_BYTES: u64 = 1024 * 1024;
const MAX_ENTRIES: usize = 200;

/// Returns the user interfaces that can be opened: those in `file`, or the built-in ones and why the file was not used.
pub(crate) fn load_ui_registry(file: Option<&Path>) -> UiRegistryAnswer {
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
        registry: parse(BUILT_IN.as_bytes()).expect("the built-in registry is valid"),
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
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<UiRegistry, String> {
    let value = parse_strict(bytes).map_err(|error| format!("not JSON: {error}"))?;
    let registry: UiRegistry =
        serde_json::from_value(value).map_err(|error| format!("not a registry: {error}"))?;
    if registry.version.is_empty() || registry.uis.len() > MAX_ENTRIES {
        return Err(format!(
            "not a registry: it needs a version and at most {MAX_ENTRIES} entries"
        ));
    }
    for entry in &registry.uis {
        let is_legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let fits = (1..=50).contains(&entry.id.len())
            && entry.id.chars().all(is_legal)
            && (1..=100).contains(&entry.name.chars().count())
            && entry.description.chars().count() <= 500;
        if !fits {
            return Err(format!(
                "not a registry: entry {:.60?} has a bad id, name or description",
                entry.id
            ));
        }
        if !is_web_url(&entry.url) {
            return Err(format!(
                "not a registry: the url of {} is not http or https",
                entry.id
            ));
        }
    }
    Ok(registry)
}

/// Returns `true` for URLs that an interface may open: never scripts or files.
fn is_web_url(text: &str) -> bool {
    const LONGEST: usize = 2_000;
    text.len() <= LONGEST
        && (text.starts_with("http://") || text.starts_with("https://"))
        && text.parse::<reqwest::Url>().is_ok()
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
    fn the_built_in_registry_is_valid() {
        let answer = load_ui_registry(None);
        assert_eq!(answer.source, UiRegistrySource::BuiltIn);
        assert!(answer.registry.uis.len() >= 3);
    }

    #[test]
    fn missing_or_malformed_file_falls_back_to_the_built_in_registry() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("registry.json");
        let missing = load_ui_registry(Some(&file));
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
            let answer = load_ui_registry(Some(&file));
            assert_eq!(answer.source, UiRegistrySource::Fallback, "{text}");
            assert!(answer.detail.is_some());
            assert_eq!(answer.registry, load_ui_registry(None).registry);
        }
    }

    #[test]
    fn valid_file_replaces_the_built_in_registry() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("registry.json");
        std::fs::write(&file, entry("https://x.example/")).expect("written");
        let answer = load_ui_registry(Some(&file));
        assert_eq!(
            (answer.source, answer.detail),
            (UiRegistrySource::File, None)
        );
        assert_eq!(answer.registry.uis[0].url, "https://x.example/");
    }
}
