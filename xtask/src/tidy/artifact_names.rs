//! What is published is named after the product: crates, the binary, the image, npm packages, and projects of compose.
//! Resources of Kubernetes have names that are valid in DNS.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use toml::Table;

use super::yaml::documents;
use super::{Finding, SourceFile};

static CRATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:odd(?:-[a-z0-9]+)+|xtask)$"));
static NPM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:odd-dashboard(?:-web)?|@odd-dashboard/[a-z0-9]+(?:-[a-z0-9]+)*)$")
});
static PROJECT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^odd-[a-z]+$"));
static LABEL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"));
static IMAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bghcr\.io/(odd-[a-z0-9/_-]+)"));

const BINARY: &str = "odd-dashboard";
const REPOSITORY: &str = "odd-dashboard/odd-dashboard";

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    files.iter().flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let name = file.path.file_name().and_then(|name| name.to_str());
    let folder = file.path.parent();
    let mut problems = match name {
        Some("Cargo.toml") => check_crate(file),
        Some("package.json") => check_npm(file),
        _ if file.has_extension("yaml") && file.path.starts_with("infra/k8s") => {
            check_resources(file)
        }
        _ if file.has_extension("yaml") && folder == Some(Path::new("infra/compose")) => {
            check_project(file)
        }
        _ => Vec::new(),
    };
    // Rules and their tests name other images.
    if !file.has_extension("rs") {
        let images = IMAGE
            .captures_iter(&file.text)
            .filter(|image| &image[1] != REPOSITORY);
        problems.extend(images.map(|image| format!("names the image `{}`", &image[0])));
    }
    problems
        .into_iter()
        .map(|problem| Finding::error(file.path.display(), problem))
        .collect()
}

fn refuse(kind: &str, name: &str, pattern: &Regex) -> Option<String> {
    let message = || format!("has the {kind} `{name}`, which does not match {pattern}");
    (!pattern.is_match(name)).then(message)
}

fn check_crate(file: &SourceFile) -> Vec<String> {
    let manifest: Table = file.text.parse().unwrap_or_default();
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name")?.as_str());
    let mut problems: Vec<String> = name
        .and_then(|name| refuse("crate", name, &CRATE))
        .into_iter()
        .collect();
    let binaries = manifest
        .get("bin")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let binaries = binaries.filter_map(|binary| binary.get("name")?.as_str());
    let others = binaries.filter(|binary| *binary != BINARY);
    problems
        .extend(others.map(|binary| format!("has the binary `{binary}`, which is not `{BINARY}`")));
    problems
}

fn check_npm(file: &SourceFile) -> Vec<String> {
    let package: Value = serde_json::from_str(&file.text).unwrap_or_default();
    let is_published = package.get("version").is_some();
    let name = package
        .get("name")
        .and_then(Value::as_str)
        .filter(|_| is_published);
    name.and_then(|name| refuse("npm package", name, &NPM))
        .into_iter()
        .collect()
}

fn check_project(file: &SourceFile) -> Vec<String> {
    let documents = documents(file).unwrap_or_default();
    let names = documents.iter().filter_map(|it| it.get("name")?.as_str());
    names
        .filter_map(|name| refuse("project", name, &PROJECT))
        .collect()
}

fn check_resources(file: &SourceFile) -> Vec<String> {
    let documents = documents(file).unwrap_or_default();
    let names = documents
        .iter()
        .filter_map(|it| it.pointer("/metadata/name")?.as_str());
    names
        .filter_map(|name| refuse("resource", name, &LABEL))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&files(&[(path, text)])).len()
    }

    #[test]
    fn names_of_the_product_pass() {
        for (path, text) in [
            (
                "crates/a/Cargo.toml",
                "[package]\nname = \"odd-store-sqlite\"\n[[bin]]\nname = \"odd-dashboard\"\n",
            ),
            ("xtask/Cargo.toml", "[package]\nname = \"xtask\"\n"),
            (
                "packaging/npm/package.json",
                r#"{"name": "odd-dashboard", "version": "1.0.0"}"#,
            ),
            (
                "packaging/npm/a/package.json",
                r#"{"name": "@odd-dashboard/linux-x64", "version": "1.0.0"}"#,
            ),
            (
                "tools/package.json",
                r#"{"name": "other", "private": true}"#,
            ),
            ("infra/compose/dev.yaml", "name: odd-dev\n"),
            ("infra/k8s/base/web.yaml", "metadata: { name: web-pty }\n"),
            (
                "README.md",
                "docker run ghcr.io/odd-dashboard/odd-dashboard",
            ),
        ] {
            assert_eq!(found(path, text), 0, "{text}");
        }
    }

    #[test]
    fn other_names_are_reported() {
        for (path, text) in [
            ("crates/a/Cargo.toml", "[package]\nname = \"store\"\n"),
            (
                "crates/a/Cargo.toml",
                "[package]\nname = \"odd-a\"\n[[bin]]\nname = \"odd\"\n",
            ),
            (
                "packaging/npm/package.json",
                r#"{"name": "odd", "version": "1.0.0"}"#,
            ),
            (
                "packaging/npm/package.json",
                r#"{"name": "@odd/linux-x64", "version": "1.0.0"}"#,
            ),
            ("infra/compose/dev.yaml", "name: observatory\n"),
            ("infra/k8s/base/web.yaml", "metadata: { name: Web_PTY }\n"),
            ("README.md", "docker run ghcr.io/odd-dashboard/odd-gateway"),
        ] {
            assert_eq!(found(path, text), 1, "{text}");
        }
    }
}
