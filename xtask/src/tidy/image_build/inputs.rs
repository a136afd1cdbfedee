use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::tidy::SourceFile;
use crate::tidy::source_file::{find, resolve};

/// Paths relative to the source file.
static INCLUDED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"include_(?:str|bytes)!\(\s*"(\.\./[^"]+)""#));
/// Paths relative to the crate: of files that a build script reads, and of folders that are embedded.
static OF_CRATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:join\(|#\[folder = )"(\.\./[^"]+)""#));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// Returns the files and folders that a build of the workspace reads: manifests, sources, and what those include.
pub(super) fn inputs(files: &[SourceFile]) -> BTreeSet<PathBuf> {
    let mut inputs = BTreeSet::new();
    for file in files {
        let name = file.path.file_name().and_then(|name| name.to_str());
        let is_rust = file.has_extension("rs");
        if is_rust
            || matches!(
                name,
                Some("Cargo.toml" | "Cargo.lock" | "rust-toolchain.toml")
            )
        {
            inputs.insert(file.path.clone());
        }
        if is_rust && !is_test(&file.path) {
            let text = without_tests(&file.text);
            let folder = file.path.parent().unwrap_or(Path::new(""));
            let included = INCLUDED.captures_iter(text);
            inputs.extend(included.map(|path| resolve(folder, &path[1])));
            if name == Some("build.rs") || text.contains("#[folder = ") {
                let of_crate = OF_CRATE.captures_iter(text);
                inputs.extend(of_crate.map(|path| resolve(crate_folder(files, folder), &path[1])));
            }
        }
    }
    inputs
}

fn is_test(path: &Path) -> bool {
    let path = path.to_string_lossy();
    path.ends_with("tests.rs") || path.contains("/tests/")
}

/// The image contains no tests, so nothing that only they include has to be copied.
fn without_tests(text: &str) -> &str {
    let tests = text.find("\n#[cfg(test)]\nmod tests {");
    &text[..tests.unwrap_or(text.len())]
}

fn crate_folder<'a>(files: &[SourceFile], folder: &'a Path) -> &'a Path {
    let has_manifest = |folder: &&Path| {
        let manifest = folder.join("Cargo.toml");
        manifest
            .to_str()
            .is_some_and(|path| find(files, path).is_some())
    };
    folder.ancestors().find(has_manifest).unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::files;
    use super::*;

    #[test]
    fn included_embedded_and_joined_paths_are_inputs() {
        let include = |path: &str| format!("include_str!(\"{path}\");\n");
        let source = format!(
            "{}#[folder = \"../../infra\"]\n",
            include("../../../contracts/a.json")
        );
        let tests = format!(
            "#[cfg(test)]\nmod tests {{\n{}}}\n",
            include("../../../docs/a.md")
        );
        let found = inputs(&files(&[
            ("crates/a/Cargo.toml", ""),
            ("crates/a/build.rs", "folder.join(\"../../web\")"),
            ("crates/a/src/a.rs", &(source + &tests)),
            ("crates/a/src/a/tests.rs", &include("../../../../docs/b.md")),
            ("docs/a.md", ""),
        ]));
        let expected = [
            "contracts/a.json",
            "crates/a/Cargo.toml",
            "crates/a/build.rs",
            "crates/a/src/a.rs",
            "crates/a/src/a/tests.rs",
            "infra",
            "web",
        ];
        assert_eq!(found, expected.map(PathBuf::from).into());
    }
}
