//! Every invariant of `docs/INVARIANTS.md` names a check that exists.
//!
//! A check is written `package::module::test_name`. For unit tests the modules are those of the source file; for
//! integration tests they begin with the test binary, as in `odd-gateway::it::jobs::test_name`. Checks of the
//! crash referee are written `referee::module::function`, those of the conformance suites `conformance: name`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::source_file::find;
use super::{Finding, SourceFile};

const PAGE: &str = "docs/INVARIANTS.md";
const REFEREE: &str = "tests/referee";
const CONFORMANCE: &str = "crates/testkit/src/conformance";

/// A table row of an invariant: | I1 | sentence | `check` |
static ROW: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\| *(I\d+) *\| *([^|]+?) *\| *([^|]*?) *\|$"));
static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`([^`]+)`"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let Some(page) = find(files, PAGE) else {
        return vec![Finding::error(PAGE, "is missing")];
    };
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for (number, line) in (1..).zip(page.text.lines()) {
        let Some(row) = ROW.captures(line) else {
            continue;
        };
        let mut refuse = |message: String| {
            findings.push(Finding::error(format!("{PAGE}:{number}"), message));
        };
        let id = &row[1];
        if !ids.insert(id.to_owned()) {
            refuse(format!("{id} appears twice"));
        }
        let checks: Vec<&str> = CODE
            .captures_iter(&row[3])
            .filter_map(|code| code.get(1).map(|code| code.as_str()))
            .collect();
        if checks.is_empty() {
            refuse(format!("{id} names no check"));
        }
        for missing in checks.iter().filter(|check| !exists(check, files)) {
            refuse(format!(
                "{id} names the check `{missing}`, which does not exist"
            ));
        }
    }
    if ids.is_empty() {
        findings.push(Finding::error(PAGE, "contains no invariant"));
    }
    findings
}

fn exists(check: &str, files: &[SourceFile]) -> bool {
    if let Some(name) = check.strip_prefix("conformance: ") {
        return in_conformance_suite(name, files);
    }
    let parts: Vec<&str> = check.split("::").collect();
    let [package, modules @ .., function] = parts.as_slice() else {
        return false;
    };
    if *package == "referee" {
        let file = PathBuf::from(REFEREE)
            .join(modules.join("/"))
            .with_extension("py");
        return files
            .iter()
            .any(|source| source.path == file && defines_python(&source.text, function));
    }
    let Some(folder) = folder_of(package, files) else {
        return false;
    };
    candidate_files(&folder, modules).iter().any(|path| {
        files
            .iter()
            .any(|source| source.path == *path && defines_test(&source.text, function))
    })
}

/// Searches a conformance suite, whose checks are named by sentences.
fn in_conformance_suite(name: &str, files: &[SourceFile]) -> bool {
    let quoted = format!("\"{name}\"");
    files
        .iter()
        .filter(|file| file.path.starts_with(CONFORMANCE))
        .any(|file| file.text.contains("Check::new(") && file.text.contains(&quoted))
}

fn folder_of(package: &str, files: &[SourceFile]) -> Option<PathBuf> {
    let name = format!("name = \"{package}\"");
    files
        .iter()
        .filter(|file| file.path.ends_with("Cargo.toml"))
        .find(|file| file.text.lines().any(|line| line == name))
        .and_then(|file| file.path.parent().map(Path::to_path_buf))
}

/// Returns the files that can contain the modules.
fn candidate_files(folder: &Path, modules: &[&str]) -> Vec<PathBuf> {
    let without_tests = match modules {
        [outer @ .., "tests"] => outer,
        all => all,
    };
    let joined = without_tests.join("/");
    if joined.is_empty() {
        return vec![folder.join("src/lib.rs"), folder.join("src/main.rs")];
    }
    [
        format!("src/{joined}.rs"),
        format!("src/{joined}/mod.rs"),
        format!("src/{joined}/tests.rs"),
        format!("tests/{joined}.rs"),
        format!("tests/{joined}/main.rs"),
        format!("tests/{joined}/mod.rs"),
    ]
    .map(|path| folder.join(path))
    .to_vec()
}

/// Returns `true` if a function with this name has a test attribute in the lines just above it.
fn defines_test(text: &str, function: &str) -> bool {
    const ATTRIBUTES_ABOVE: usize = 6;
    let head = format!("fn {function}(");
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().enumerate().any(|(at, line)| {
        line.contains(&head)
            && lines[at.saturating_sub(ATTRIBUTES_ABOVE)..at]
                .iter()
                .rev()
                .map(|above| above.trim_start())
                .take_while(|above| above.starts_with("#[") || above.starts_with("//"))
                .any(|above| above.starts_with("#[test]") || above.contains("::test"))
    })
}

fn defines_python(text: &str, function: &str) -> bool {
    text.lines()
        .any(|line| line.trim_start().starts_with(&format!("def {function}(")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    const CODE: &[(&str, &str)] = &[
        ("crates/a/Cargo.toml", "[package]\nname = \"odd-a\"\n"),
        (
            "crates/a/src/machine.rs",
            "fn no_test() {}\nmod tests {\n    #[test]\n    fn moves_are_legal() {}\n}\n",
        ),
        (
            "crates/a/tests/it/claims.rs",
            "#[tokio::test(flavor = \"multi_thread\")]\nasync fn stale_lease_is_refused() {}\n",
        ),
        ("tests/referee/checker.py", "def lost(history):\n    pass\n"),
        (
            "crates/testkit/src/conformance/leases.rs",
            "Check::new(\"a stale report changes nothing\", |f| stale(f))",
        ),
    ];

    fn check_row(row: &str) -> Vec<String> {
        let samples: Vec<(&str, &str)> = CODE.iter().copied().chain([(PAGE, row)]).collect();
        messages(&check(&files(&samples)))
    }

    #[test]
    fn existing_checks_are_found() {
        for check in [
            "odd-a::machine::tests::moves_are_legal",
            "odd-a::it::claims::stale_lease_is_refused",
            "referee::checker::lost",
            "conformance: a stale report changes nothing",
        ] {
            assert!(
                check_row(&format!("| I1 | a promise | `{check}` |")).is_empty(),
                "{check}"
            );
        }
    }

    #[test]
    fn missing_checks_are_reported() {
        for check in [
            "odd-a::machine::tests::renamed",
            "odd-a::machine::no_test",
            "odd-a::elsewhere::tests::moves_are_legal",
            "odd-b::machine::tests::moves_are_legal",
            "referee::checker::found",
            "conformance: a stale report is accepted",
        ] {
            let found = check_row(&format!("| I1 | a promise | `{check}` |"));
            assert_eq!(found.len(), 1, "{check}");
            assert!(found[0].contains("does not exist"), "{found:?}");
        }
    }

    #[test]
    fn invariants_without_check_and_repeated_ids_are_reported() {
        assert_eq!(check_row("| I1 | a promise | hope |").len(), 1);
        let twice = "| I1 | a | `referee::checker::lost` |\n| I1 | b | `referee::checker::lost` |";
        assert_eq!(check_row(twice).len(), 1);
        assert_eq!(check_row("no table").len(), 1);
    }
}
