//! Each alert has a runbook and tests, and there are no others.

use std::path::Path;

use serde_json::Value;

use super::source_file::find;
use super::{Finding, SourceFile};

const CONTRACT: &str = "contracts/alerts.json";
const RUNBOOKS: &str = "infra/runbooks";
const TESTS: &str = "infra/prometheus/tests";
const SECTIONS: [&str; 4] = ["Meaning", "Impact", "Diagnosis", "Mitigation"];
/// Beginnings of the names of the tests that each alert needs.
const CASES: [&str; 4] = ["fires", "stays silent", "resolves", "is not fooled by"];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let Some(names) = find(files, CONTRACT).and_then(|file| names(&file.text)) else {
        return vec![Finding::error(CONTRACT, "lists no rules")];
    };
    let mut findings = Vec::new();
    for name in &names {
        let runbook = format!("{RUNBOOKS}/{name}.md");
        findings.extend(check_file(files, &runbook, |text| {
            runbook_problem(name, text)
        }));
        let tests = format!("{TESTS}/{name}.yml");
        findings.extend(check_file(files, &tests, |text| tests_problem(name, text)));
    }
    let is_orphan = |file: &&SourceFile| {
        let folder = file.path.parent();
        let stem = file.path.file_stem().and_then(|stem| stem.to_str());
        [RUNBOOKS, TESTS].map(Path::new).map(Some).contains(&folder)
            && !stem.is_some_and(|stem| names.iter().any(|name| name == stem))
    };
    let orphans = files.iter().filter(is_orphan);
    findings.extend(orphans.map(|file| {
        Finding::error(
            file.path.display(),
            format!("belongs to no rule in {CONTRACT}"),
        )
    }));
    findings
}

fn names(contract: &str) -> Option<Vec<String>> {
    let contract: Value = serde_json::from_str(contract).ok()?;
    let rules = contract.get("rules")?.as_array()?.iter();
    rules
        .map(|rule| Some(rule.get("name")?.as_str()?.to_owned()))
        .collect()
}

fn check_file(
    files: &[SourceFile],
    path: &str,
    problem: impl Fn(&str) -> Option<String>,
) -> Option<Finding> {
    let problem = match find(files, path) {
        Some(file) => problem(&file.text)?,
        None => "is missing".to_owned(),
    };
    Some(Finding::error(path, problem))
}

fn runbook_problem(name: &str, text: &str) -> Option<String> {
    let sections: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    if !text.starts_with(&format!("# {name}\n")) || sections != SECTIONS {
        return Some(format!(
            "must have the title {name} and the sections {SECTIONS:?}"
        ));
    }
    let without = text
        .split("\n## ")
        .skip(3)
        .find(|section| !section.contains("```console\n$ "));
    without.map(|section| {
        let title = section.lines().next().unwrap_or_default();
        format!("has no command in the section {title}")
    })
}

fn tests_problem(name: &str, text: &str) -> Option<String> {
    let tests: Vec<&str> = text.split("  - name: ").skip(1).collect();
    let firing = format!("alertname=\"{name}\",alertstate=\"firing\"");
    if tests.iter().any(|test| !test.contains(&firing)) {
        return Some(format!("has a test that does not check {name}"));
    }
    for case in CASES {
        // An alert that never fires cannot show that it fires or resolves.
        let must_fire = matches!(case, "fires" | "resolves");
        let is_case =
            |test: &&str| test.starts_with(case) && (!must_fire || test.contains("exp_samples:\n"));
        if !tests.iter().any(|test| is_case(&test)) {
            return Some(format!("has no test whose name begins with {case}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    const RUNBOOK: &str = "# A\n\n## Meaning\n\n## Impact\n\n## Diagnosis\n```console\n$ a\n```\n\
        ## Mitigation\n```console\n$ b\n```\n";

    fn test_file() -> String {
        let check = "ALERTS{alertname=\"A\",alertstate=\"firing\"}\n exp_samples:\n";
        CASES
            .map(|case| format!("  - name: {case} x\n{check}"))
            .concat()
    }

    fn problems(runbook: &str, tests: &str, orphan: &str) -> Vec<String> {
        messages(&check(&files(&[
            (CONTRACT, r#"{"rules":[{"name":"A"}]}"#),
            ("infra/runbooks/A.md", runbook),
            ("infra/prometheus/tests/A.yml", tests),
            (orphan, ""),
        ])))
    }

    #[test]
    fn alert_with_runbook_and_tests_passes() {
        assert_eq!(
            problems(RUNBOOK, &test_file(), "README.md"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn missing_sections_commands_and_tests_are_reported() {
        for (runbook, tests) in [
            (RUNBOOK.replace("## Impact\n", ""), test_file()),
            (RUNBOOK.replace("# A\n", "# B\n"), test_file()),
            (RUNBOOK.replace("$ b\n", ""), test_file()),
            (RUNBOOK.to_owned(), test_file().replace("resolves", "ends")),
            (RUNBOOK.to_owned(), test_file().replace("\"A\"", "\"B\"")),
            (
                RUNBOOK.to_owned(),
                test_file().replace("exp_samples:\n", "exp_samples: []\n"),
            ),
        ] {
            assert_eq!(
                problems(&runbook, &tests, "README.md").len(),
                1,
                "{runbook}{tests}"
            );
        }
    }

    #[test]
    fn missing_and_orphaned_files_are_reported() {
        let found = messages(&check(&files(&[(CONTRACT, r#"{"rules":[{"name":"A"}]}"#)])));
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(
            problems(RUNBOOK, &test_file(), "infra/runbooks/Old.md").len(),
            1
        );
        assert_eq!(messages(&check(&files(&[]))).len(), 1);
    }
}
