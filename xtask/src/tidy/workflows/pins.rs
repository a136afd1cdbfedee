use std::sync::LazyLock;

use regex::Regex;

use crate::tidy::{Finding, SourceFile};

static ACTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^\s*-?\s*uses:\s*["']?([^\s"'#]+)["']?\s*(?:#\s*(.*))?$"#)
        .expect("the pattern is valid")
});
static COMMIT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("@[0-9a-f]{40}$").expect("the pattern is valid"));
static VERSION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^v\d+\.\d+\.\d+$").expect("the pattern is valid"));

/// Checks that actions are pinned to a commit, because the owner of a tag can move it. A comment names the version.
pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let is_yaml = |file: &&SourceFile| file.has_extension("yml") || file.has_extension("yaml");
    files.iter().filter(is_yaml).flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let lines = (1..).zip(file.text.lines());
    let problems = lines.filter_map(|(number, line)| Some((number, problem(line)?)));
    problems
        .map(|(number, problem)| {
            Finding::error(format!("{}:{number}", file.path.display()), problem)
        })
        .collect()
}

fn problem(line: &str) -> Option<String> {
    let found = ACTION.captures(line)?;
    let action = &found[1];
    let version = found.get(2).map_or("", |version| version.as_str());
    if action.starts_with("./") {
        None
    } else if !COMMIT.is_match(action) {
        Some(format!("action `{action}` is not pinned to a commit"))
    } else if !VERSION.is_match(version.trim()) {
        Some(format!(
            "action `{action}` needs a comment with its version, such as `# v1.2.3`"
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_actions_need_no_version() {
        assert_eq!(problem("      - uses: ./.github/actions/setup"), None);
    }

    #[test]
    fn branches_and_short_commits_are_rejected() {
        for action in [
            "a/b@main",
            "a/b@v1.2.3 # v1.2.3",
            "a/b@11bd719 # v1.2.3",
            "a/b",
        ] {
            assert!(problem(&format!("  uses: {action}")).is_some(), "{action}");
        }
    }
}
