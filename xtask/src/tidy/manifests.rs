//! Every crate inherits version, edition, licence, lints and dependencies from the workspace.

use toml::{Table, Value};

use super::{Finding, SourceFile};

const INHERITED: [&str; 6] = [
    "version",
    "edition",
    "rust-version",
    "license",
    "repository",
    "publish",
];

const DEPENDENCY_TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    files
        .iter()
        .filter(|file| file.path.ends_with("Cargo.toml"))
        .flat_map(check_manifest)
        .collect()
}

fn check_manifest(file: &SourceFile) -> Vec<Finding> {
    let place = file.path.display();
    let manifest: Table = match file.text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::error(place, format!("malformed: {error}"))],
    };
    let Some(package) = manifest.get("package") else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for key in INHERITED {
        if !is_inherited(package.get(key)) {
            findings.push(Finding::error(
                &place,
                format!("needs `{key}.workspace = true`"),
            ));
        }
    }
    if !is_inherited(manifest.get("lints")) {
        findings.push(Finding::error(&place, "needs `[lints] workspace = true`"));
    }
    for table in DEPENDENCY_TABLES {
        let dependencies = manifest.get(table).and_then(Value::as_table);
        for (name, dependency) in dependencies.into_iter().flatten() {
            if !is_inherited(Some(dependency)) {
                let message = format!("`{name}` must come from [workspace.dependencies]");
                findings.push(Finding::error(&place, message));
            }
        }
    }
    findings
}

fn is_inherited(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")) == Some(&Value::Boolean(true))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    const GOOD: &str = "[package]\nname = 'a'\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\nrepository.workspace = true\n\
        publish.workspace = true\n[dependencies]\nserde.workspace = true\n[lints]\nworkspace = true\n";

    fn check_text(text: &str) -> Vec<String> {
        messages(&check(&files(&[("a/Cargo.toml", text)])))
    }

    #[test]
    fn manifest_that_inherits_everything_passes() {
        assert_eq!(check_text(GOOD), Vec::<String>::new());
    }

    #[test]
    fn own_versions_lints_and_dependencies_are_rejected() {
        for (from, to, expected) in [
            (
                "version.workspace = true\ned",
                "version = '1.0.0'\ned",
                "`version.workspace",
            ),
            (
                "edition.workspace = true",
                "edition = '2021'",
                "`edition.workspace",
            ),
            ("[lints]\nworkspace = true", "", "[lints]"),
            ("serde.workspace = true", "serde = '1'", "`serde` must come"),
        ] {
            let found = check_text(&GOOD.replace(from, to));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(expected), "{found:?}");
        }
    }
}
