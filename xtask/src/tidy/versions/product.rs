use std::path::Path;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;
use toml::Table;

use crate::tidy::source_file::find;
use crate::tidy::{Finding, SourceFile};

const MANIFEST: &str = "Cargo.toml";
/// It names earlier releases.
const CHANGELOG: &str = "CHANGELOG.md";
const DEPENDENCIES: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];

/// Texts that name a release: tags of the image, arguments of its build, npm packages, installers and downloads.
static RELEASE: LazyLock<Regex> = LazyLock::new(|| {
    let before = [
        r"--build-arg VERSION=",
        r"\b(?:@odd-dashboard/[a-z0-9-]+|odd-dashboard)@",
        r"odd-dashboard/releases/download/v",
        r"\bODD_INSTALL_VERSION=v?",
    ];
    let image = r"ghcr\.io/odd-dashboard/odd-dashboard:(?<tag>\w[\w.-]*\w)";
    let pattern = format!(r"{image}|(?:{})(?<version>\d[\w.-]*\w)", before.join("|"));
    Regex::new(&pattern).expect("the pattern is valid")
});

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let Some(version) = find(files, MANIFEST).and_then(|file| workspace_version(&file.text)) else {
        return vec![Finding::error(MANIFEST, "has no version of the workspace")];
    };
    let compared = files
        .iter()
        .filter(|file| file.path != Path::new(CHANGELOG));
    compared
        .flat_map(|file| check_file(file, &version))
        .collect()
}

fn workspace_version(manifest: &str) -> Option<String> {
    let manifest: Table = manifest.parse().ok()?;
    let version = manifest.get("workspace")?.get("package")?.get("version")?;
    version.as_str().map(str::to_owned)
}

fn check_file(file: &SourceFile, version: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        let is_other = |release: &Captures<'_>| {
            let named = release.name("tag").or(release.name("version"));
            named.is_some_and(|named| named.as_str() != version)
        };
        for release in RELEASE.captures_iter(line).filter(is_other) {
            let place = format!("{}:{number}", file.path.display());
            let message = format!("`{}` is not version {version} of {MANIFEST}", &release[0]);
            findings.push(Finding::error(place, message));
        }
    }
    let name = file.path.file_name().and_then(|name| name.to_str());
    if matches!(name, Some("package.json" | "package-lock.json")) {
        findings.extend(check_package(file, version));
    }
    findings
}

/// Checks the version of a npm package of the product, and those of its dependencies that are others.
fn check_package(file: &SourceFile, version: &str) -> Vec<Finding> {
    let place = file.path.display();
    let package: Value = match serde_json::from_str(&file.text) {
        Ok(package) => package,
        Err(error) => return vec![Finding::error(place, format!("malformed: {error}"))],
    };
    let name = package
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !is_ours(name) {
        return Vec::new();
    }
    let dependencies = DEPENDENCIES
        .iter()
        .filter_map(|key| package.get(key)?.as_object());
    let ours = dependencies.flatten().filter(|(name, _)| is_ours(name));
    let own = package.get("version").map(|own| (name, own));
    own.into_iter()
        .chain(ours.map(|(name, version)| (name.as_str(), version)))
        .filter(|(_, named)| named.as_str() != Some(version))
        .map(|(name, named)| {
            let message = format!("names version {named} of `{name}`, and {MANIFEST} {version}");
            Finding::error(&place, message)
        })
        .collect()
}

fn is_ours(package: &str) -> bool {
    package.starts_with("odd-dashboard") || package.starts_with("@odd-dashboard/")
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{files, messages};
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let manifest = "[workspace.package]\nversion = \"1.2.3\"\n";
        messages(&check(&files(&[(MANIFEST, manifest), (path, text)])))
    }

    #[test]
    fn other_release_is_reported_at_each_place() {
        for text in [
            "image: ghcr.io/odd-dashboard/odd-dashboard:",
            "# docker build --build-arg VERSION=",
            "npm install --global odd-dashboard@",
            "curl https://github.com/odd-dashboard/odd-dashboard/releases/download/v",
            "ODD_INSTALL_VERSION=",
        ] {
            assert_eq!(
                problems("a.yaml", &format!("{text}1.2.3")),
                Vec::<String>::new()
            );
            let found = problems("a.yaml", &format!("{text}1.2.4"));
            assert_eq!(found.len(), 1, "{text}: {found:?}");
        }
        let image = ["image: ghcr.io/odd-dashboard/", "odd-dashboard:edge"].concat();
        assert_eq!(problems("a.yaml", &image).len(), 1);
    }

    #[test]
    fn packages_have_the_version_of_the_workspace() {
        let package = |name: &str, version: &str, dependency: &str| {
            format!(
                r#"{{"name": "{name}", "version": "{version}",
                    "optionalDependencies": {{"@odd-dashboard/linux-x64": "{dependency}", "a": "9.0.0"}}}}"#
            )
        };
        let found = |name, version, dependency| {
            problems("npm/package.json", &package(name, version, dependency)).len()
        };
        assert_eq!(found("odd-dashboard", "1.2.3", "1.2.3"), 0);
        assert_eq!(found("odd-dashboard", "1.2.4", "1.2.3"), 1);
        assert_eq!(found("odd-dashboard", "1.2.3", "^1.2.3"), 1);
        assert_eq!(found("other", "7.0.0", "7.0.0"), 0);
    }
}
