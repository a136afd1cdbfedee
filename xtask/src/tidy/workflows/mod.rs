//! Workflows of the forge have the least permissions, run pinned actions, and contain nothing that a pull request can use
//! to run its own commands with more than the permission to read.

mod jobs;
mod permissions;
mod pins;
mod triggers;
mod workflow;

use std::path::Path;

use self::workflow::Workflow;
use super::yaml::documents;
use super::{Finding, SourceFile};

const FOLDER: &str = ".github/workflows";

/// The rules that apply to a whole workflow. Each returns the problems that it found.
const RULES: [fn(&Workflow<'_>) -> Vec<String>; 3] =
    [permissions::problems, triggers::problems, jobs::problems];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = pins::check(files);
    let workflows = files
        .iter()
        .filter(|file| file.path.parent() == Some(Path::new(FOLDER)));
    findings.extend(workflows.flat_map(check_workflow));
    findings
}

fn check_workflow(file: &SourceFile) -> Vec<Finding> {
    let document = match documents(file) {
        Ok(documents) => documents.into_iter().next().unwrap_or_default(),
        Err(finding) => return vec![finding],
    };
    let name = file.path.file_name().and_then(|name| name.to_str());
    let workflow = Workflow {
        name: name.unwrap_or_default(),
        text: &file.text,
        document,
    };
    let problems = RULES.iter().flat_map(|rule| rule(&workflow));
    problems
        .map(|problem| Finding::error(file.path.display(), problem))
        .collect()
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
}
