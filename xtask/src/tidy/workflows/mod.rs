//! Workflows of the forge have the least permissions, run pinned actions, and contain nothing that a pull request can use
//! to run its own commands with more than the permission to read.

mod jobs;
mod permissions;
mod pins;
mod steps;
mod triggers;
mod workflow;

use std::path::Path;

use serde_json::Value;

use self::workflow::Workflow;
use super::yaml::documents;
use super::{Finding, SourceFile};

const FOLDER: &str = ".github/workflows";
/// Each action has a folder of its own.
const ACTIONS: &str = ".github/actions";

/// The rules that apply to a whole workflow. Each returns the problems that it found.
const RULES: [fn(&Workflow<'_>) -> Vec<String>; 3] =
    [permissions::problems, triggers::problems, jobs::problems];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let is_yaml = |file: &&SourceFile| file.has_extension("yml") || file.has_extension("yaml");
    files.iter().filter(is_yaml).flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let is_workflow = file.path.parent() == Some(Path::new(FOLDER));
    if !is_workflow && !file.path.starts_with(ACTIONS) {
        return Vec::new();
    }
    let document = match documents(file) {
        Ok(documents) => documents.into_iter().next().unwrap_or_default(),
        Err(finding) => return vec![finding],
    };
    let mut problems = pins::problems(&file.text, &document);
    problems.extend(if is_workflow {
        workflow_problems(file, document)
    } else {
        let runs = document.get("runs").unwrap_or(&Value::Null);
        steps::problems(runs, "the action")
    });
    problems
        .into_iter()
        .map(|problem| Finding::error(file.path.display(), problem))
        .collect()
}

fn workflow_problems(file: &SourceFile, document: Value) -> Vec<String> {
    let name = file.path.file_name().and_then(|name| name.to_str());
    let workflow = Workflow {
        name: name.unwrap_or_default(),
        text: &file.text,
        document,
    };
    RULES.iter().flat_map(|rule| rule(&workflow)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    const PIN: &str = "11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2";

    fn good() -> String {
        format!(
            "on:\n  pull_request:\npermissions:\n  contents: read\njobs:\n  ci:\n    runs-on: a\n    \
             timeout-minutes: 5\n    steps:\n      - uses: actions/checkout@{PIN}\n        with:\n          \
             persist-credentials: false\n      - run: cargo xtask ci\n"
        )
    }

    fn problems(name: &str, from: &str, to: &str) -> Vec<String> {
        let text = good().replacen(from, to, 1);
        assert!(
            from.is_empty() || text != good(),
            "the workflow lacks {from}"
        );
        messages(&check(&files(&[(&format!("{FOLDER}/{name}"), &text)])))
    }

    #[test]
    fn careful_workflow_passes() {
        assert_eq!(problems("ci.yml", "", ""), Vec::<String>::new());
        let none = problems(
            "ci.yml",
            "permissions:\n  contents: read",
            "permissions: {}",
        );
        assert_eq!(none, Vec::<String>::new());
    }

    const JOB: &str = "  ci:\n";
    /// A text, its replacement, and a part of the message.
    const FAULTS: [(&str, &str, &str); 15] = [
        (PIN, "v4.2.2", "is not pinned to a commit"),
        (
            PIN,
            "11bd71901bbe5b1630ceea73d27597364c9af683",
            "comment with its version",
        ),
        (
            PIN,
            "11bd71901bbe5b1630ceea73d27597364c9af683 # v4",
            "comment with its version",
        ),
        (
            "permissions:\n  contents: read\n",
            "",
            "must have the permissions `contents: read`",
        ),
        (
            "contents: read",
            "contents: write",
            "must have the permissions `contents: read`",
        ),
        (
            "  contents: read",
            "  contents: read\n  packages: read",
            "must have the permissions",
        ),
        (
            JOB,
            "  ci:\n    permissions: { contents: write }\n",
            "may not have the permission `contents: write`",
        ),
        (
            JOB,
            "  ci:\n    permissions: write-all\n",
            "needs a list of permissions",
        ),
        (
            "pull_request:",
            "pull_request_target:",
            "must not run on `pull_request_target`",
        ),
        (
            "cargo xtask ci",
            "A=${{ secrets.TOKEN }} b",
            "uses a secret",
        ),
        (
            "cargo xtask ci",
            "echo ${{ github.head_ref }}",
            "contains an expression",
        ),
        ("    timeout-minutes: 5\n", "", "needs `timeout-minutes`"),
        (
            "persist-credentials: false",
            "persist-credentials: true",
            "`persist-credentials: false`",
        ),
        (
            "persist-credentials: false",
            "fetch-depth: 0",
            "`persist-credentials: false`",
        ),
        ("on:\n", "on: [\n", "malformed"),
    ];

    #[test]
    fn every_fault_is_reported() {
        for (from, to, expected) in FAULTS {
            let found = problems("ci.yml", from, to);
            assert!(
                found.iter().any(|it| it.contains(expected)),
                "{to}: {found:?}"
            );
        }
    }

    #[test]
    fn release_may_write_in_its_job_only() {
        let write = |job: &str| {
            format!("  {job}:\n    permissions: {{ contents: write, id-token: write }}\n")
        };
        assert_eq!(
            problems("release.yml", "  ci:\n", &write("publish")),
            Vec::<String>::new()
        );
        assert_eq!(problems("release.yml", "  ci:\n", &write("build")).len(), 2);
    }

    #[test]
    fn secrets_are_allowed_where_no_pull_request_runs() {
        let text = good().replace("pull_request:", "schedule:");
        let text = text.replace(
            "run: cargo xtask ci",
            "run: a\n        env: { A: '${{ secrets.B }}' }",
        );
        let found = messages(&check(&files(&[(".github/workflows/nightly.yml", &text)])));
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn actions_are_checked_too() {
        let action = |step: &str| {
            let text = format!("runs:\n  using: composite\n  steps:\n    - {step}\n");
            messages(&check(&files(&[(".github/actions/a/action.yml", &text)])))
        };
        assert_eq!(action("run: cargo xtask ci"), Vec::<String>::new());
        for (step, expected) in [
            ("run: echo ${{ inputs.name }}", "contains an expression"),
            (
                "{ \"run\": \"echo ${{ inputs.name }}\" }",
                "contains an expression",
            ),
            ("{ uses: a/b@v1 }", "is not pinned to a commit"),
            (
                &format!("uses: actions/checkout@{PIN}"),
                "`persist-credentials: false`",
            ),
        ] {
            let found = action(step);
            assert!(
                matches!(&found[..], [it] if it.contains(expected)),
                "{step}: {found:?}"
            );
        }
    }
}
