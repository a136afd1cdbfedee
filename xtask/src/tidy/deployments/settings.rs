use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::exceptions::{self, Exceptions};
use super::service::Services;
use crate::tidy::source_file::find;
use crate::tidy::{Finding, SourceFile};

/// The reference is generated from the settings.
pub(super) const PAGE: &str = "docs/reference/configuration.md";

static ROW: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^\| `([A-Z][A-Z0-9_]+)` \|").expect("the pattern is valid"));

/// Checks that every setting is either set by the deployments or left out for a reason. That both deployments set it
/// follows from the comparison of their services.
pub(super) fn check(
    files: &[SourceFile],
    services: &Services,
    exceptions: &Exceptions,
) -> Vec<Finding> {
    let Some(page) = find(files, PAGE) else {
        return vec![Finding::error(PAGE, "is missing")];
    };
    let settings: BTreeSet<&str> = ROW
        .captures_iter(&page.text)
        .filter_map(|row| Some(row.get(1)?.as_str()))
        .collect();
    let set: BTreeSet<&str> = services
        .values()
        .flat_map(|service| service.variables.keys().map(String::as_str))
        .collect();
    let left_out: BTreeSet<&str> = exceptions.left_out.keys().map(String::as_str).collect();
    let refuse = |name: &&str, problem: &str| {
        Finding::error(exceptions::FILE, format!("`{name}` {problem}"))
    };
    let undecided = settings
        .iter()
        .filter(|name| !set.contains(*name) && !left_out.contains(*name));
    let mut findings: Vec<Finding> = undecided
        .map(|name| {
            refuse(
                name,
                "is neither set by compose and Kubernetes nor left out",
            )
        })
        .collect();
    let contradictions = left_out.intersection(&set);
    findings.extend(contradictions.map(|name| refuse(name, "is left out, but set")));
    let unknown = left_out.difference(&settings);
    findings.extend(unknown.map(|name| refuse(name, &format!("is not in {PAGE}"))));
    let ours = set
        .iter()
        .filter(|name| name.starts_with("ODD_") && !settings.contains(*name));
    findings.extend(ours.map(|name| refuse(name, &format!("is set, but is not in {PAGE}"))));
    findings
}
