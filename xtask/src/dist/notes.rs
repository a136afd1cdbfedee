//! The changes of a release: the subjects of its commits, by area.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use crate::process;
use crate::workspace::Workspace;

/// The heading of commits whose subject names no area.
const NO_AREA: &str = "other";

/// Returns the changes since the previous release, as Markdown.
pub(crate) fn write(workspace: &Workspace, version: &str) -> anyhow::Result<String> {
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        process::output(git.current_dir(&workspace.root).args(args))
    };
    // Not the tag of this release, which is at the latest commit.
    let tags = git(&[
        "tag",
        "--list",
        "v*",
        "--sort=-creatordate",
        "--merged",
        "HEAD",
    ])?;
    let current = format!("v{version}");
    let previous = tags.lines().find(|tag| *tag != current);
    let range = previous.map_or_else(|| "HEAD".to_owned(), |tag| format!("{tag}..HEAD"));
    let subjects = git(&["log", "--no-merges", "--format=%s", &range])?;
    Ok(compose(version, previous, subjects.lines()))
}

fn compose<'s>(
    version: &str,
    previous: Option<&str>,
    subjects: impl Iterator<Item = &'s str>,
) -> String {
    let mut areas = BTreeMap::<&str, Vec<&str>>::new();
    for subject in subjects {
        let (area, change) = match subject.split_once(": ") {
            Some((area, change)) if !area.contains(' ') => (area, change),
            _ => (NO_AREA, subject),
        };
        areas.entry(area).or_default().push(change);
    }
    let since = previous.map_or_else(String::new, |tag| format!(" since {tag}"));
    let mut text = format!("## Changes in {version}{since}\n");
    for (area, changes) in areas {
        write!(text, "\n### {area}\n\n").expect("writing to a string cannot fail");
        for change in changes {
            writeln!(text, "- {change}").expect("writing to a string cannot fail");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_grouped_by_area() {
        let subjects = ["tui: B", "gateway: A", "tui: C", "Say it: clearly"];
        let text = compose("1.1.0", Some("v1.0.0"), subjects.into_iter());
        assert_eq!(
            text,
            "## Changes in 1.1.0 since v1.0.0\n\n### gateway\n\n- A\n\n### other\n\n- Say it: clearly\n\n### tui\n\n- B\n- C\n"
        );
    }
}
