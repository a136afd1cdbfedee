use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

static COMMIT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("@[0-9a-f]{40}$").expect("the pattern is valid"));
/// What follows an action in its line.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^["']?\s*[},\]]*\s+#\s*v\d+\.\d+\.\d+\s*$"#).expect("the pattern is valid")
});

/// Checks that actions are pinned to a commit, because the owner of a tag can move it. A comment names the version.
pub(super) fn problems(text: &str, document: &Value) -> Vec<String> {
    let mut actions = BTreeSet::new();
    collect(document, &mut actions);
    let problems = actions.into_iter().filter_map(|action| {
        if action.starts_with("./") {
            None
        } else if !COMMIT.is_match(action) {
            Some(format!("action `{action}` is not pinned to a commit"))
        } else if !has_versions(text, action) {
            Some(format!(
                "action `{action}` needs a comment with its version, such as `# v1.2.3`"
            ))
        } else {
            None
        }
    });
    problems.collect()
}

/// Adds every value of `uses`, however it is written.
fn collect<'a>(value: &'a Value, actions: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(action) if key == "uses" => drop(actions.insert(action)),
                    _ => collect(value, actions),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, actions)),
        _ => {}
    }
}

/// Returns `true` if the action is in the text, each time with a version.
fn has_versions(text: &str, action: &str) -> bool {
    let mut lines = text
        .lines()
        .filter_map(|line| Some(line.split_once(action)?.1))
        .peekable();
    lines.peek().is_some() && lines.all(|rest| VERSION.is_match(rest))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::files;
    use super::super::super::yaml::documents;
    use super::*;

    const PINNED: &str = "a/b@11bd71901bbe5b1630ceea73d27597364c9af683";

    fn found(text: &str) -> Vec<String> {
        let documents = documents(&files(&[("a.yml", text)])[0]).expect("it is YAML");
        problems(text, &documents[0])
    }

    #[test]
    fn local_actions_need_no_version() {
        assert!(found("- uses: ./.github/actions/setup").is_empty());
    }

    #[test]
    fn branches_and_short_commits_are_rejected() {
        for action in [
            "a/b@main",
            "a/b@v1.2.3 # v1.2.3",
            "a/b@11bd719 # v1.2.3",
            "a/b",
        ] {
            let found = found(&format!("- uses: {action}"));
            assert!(
                matches!(&found[..], [it] if it.contains("not pinned")),
                "{action}: {found:?}"
            );
        }
    }

    #[test]
    fn every_style_is_read() {
        for style in [
            "- { name: a, uses: ACTION }",
            "- {\"uses\": \"ACTION\"}",
            "- 'uses' : ACTION",
            "- ? uses\n  : ACTION",
            "- uses:\n    ACTION",
            "- uses: >-\n    ACTION",
            "x: &a { uses: ACTION }\ny: [*a]",
            "- \"\\x75ses\": ACTION",
        ] {
            assert_eq!(
                found(&style.replace("ACTION", "a/b@v1")).len(),
                1,
                "{style}"
            );
        }
    }

    #[test]
    fn each_use_has_its_version() {
        for (text, expected) in [
            (format!("- uses: {PINNED} # v1.2.3\n"), 0),
            (format!("- {{ uses: '{PINNED}' }} # v1.2.3\n"), 0),
            (format!("- uses: {PINNED}\n"), 1),
            (format!("- uses: {PINNED} # v1\n"), 1),
            (format!("- uses: {PINNED} # v1.2.3\n- uses: {PINNED}\n"), 1),
            (
                format!("- uses: \"{}\" # v1.2.3\n", PINNED.replace('/', "\\x2f")),
                1,
            ),
        ] {
            assert_eq!(found(&text).len(), expected, "{text}");
        }
    }
}
