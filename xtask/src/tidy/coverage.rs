//! Every crate has a threshold of covered lines, which is never lowered.

use std::collections::BTreeSet;
use std::env;

use super::source_file::find;
use super::{Finding, SourceFile};
use crate::coverage::{FILE, Thresholds, folders};
use crate::revision;
use crate::workspace::Workspace;

/// The smallest threshold, in percent.
const LEAST: f64 = 80.0;

pub(super) fn check(workspace: &Workspace, files: &[SourceFile]) -> anyhow::Result<Vec<Finding>> {
    let Some(file) = find(files, FILE) else {
        return Ok(vec![Finding::error(FILE, "is missing")]);
    };
    let thresholds = Thresholds::parse(&file.text)?;
    let given = env::var(revision::VARIABLE).ok();
    let given = given.filter(|given| !given.is_empty());
    let base = revision::base(workspace, given.as_deref())?;
    let before = base.and_then(|base| revision::text(workspace, &base, FILE));
    let before = before.map(|text| Thresholds::parse(&text)).transpose()?;
    let crates = folders(workspace).into_keys().collect();
    Ok(violations(&thresholds, before.as_ref(), &crates))
}

fn violations(
    thresholds: &Thresholds,
    before: Option<&Thresholds>,
    crates: &BTreeSet<String>,
) -> Vec<Finding> {
    let Thresholds { lines, left_out } = thresholds;
    let listed = lines.keys().chain(left_out.keys()).cloned().collect();
    let mut problems: Vec<String> = crates
        .difference(&listed)
        .map(|name| format!("has no threshold for `{name}`"))
        .collect();
    let unknown = listed.difference(crates);
    problems.extend(unknown.map(|name| format!("lists `{name}`, which is no crate")));
    let low = lines.iter().filter(|(_, threshold)| **threshold < LEAST);
    problems.extend(low.map(|(name, _)| format!("needs at least {LEAST} for `{name}`")));
    let unexplained = left_out.iter().filter(|(_, reason)| reason.is_empty());
    problems.extend(unexplained.map(|(name, _)| format!("gives no reason for `{name}`")));
    for (name, earlier) in before.into_iter().flat_map(|before| &before.lines) {
        let is_removed = left_out.contains_key(name);
        if is_removed || lines.get(name).is_some_and(|threshold| threshold < earlier) {
            problems.push(format!(
                "lowers the threshold of `{name}`, which was {earlier}"
            ));
        }
    }
    problems
        .into_iter()
        .map(|problem| Finding::error(FILE, problem))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::messages;
    use super::*;

    const TEXT: &str = "[lines]\na = 90\nb = 80\n[left_out]\nxtask = \"Automation.\"\n";

    fn problems(from: &str, to: &str) -> Vec<String> {
        let parse = |text: &str| Thresholds::parse(text).expect("thresholds");
        let crates = ["a", "b", "xtask"].map(str::to_owned).into();
        let changed = parse(&TEXT.replace(from, to));
        messages(&violations(&changed, Some(&parse(TEXT)), &crates))
    }

    #[test]
    fn higher_thresholds_pass() {
        assert_eq!(problems("a = 90", "a = 90.5"), Vec::<String>::new());
    }

    #[test]
    fn lower_missing_and_unexplained_thresholds_are_reported() {
        for (from, to, expected) in [
            (
                "a = 90",
                "a = 89.9",
                "lowers the threshold of `a`, which was 90",
            ),
            ("b = 80", "b = 79", "needs at least 80 for `b`"),
            ("b = 80\n", "", "has no threshold for `b`"),
            ("b = 80", "b = 80\nc = 80", "lists `c`, which is no crate"),
            ("Automation.", "", "gives no reason for `xtask`"),
            (
                "b = 80\n[left_out]",
                "[left_out]\nb = \"Later.\"",
                "lowers the threshold of `b`",
            ),
        ] {
            let found = problems(from, to);
            assert!(
                found.iter().any(|it| it.contains(expected)),
                "{to}: {found:?}"
            );
        }
    }
}
