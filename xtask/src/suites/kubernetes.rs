//! A real API server accepts the manifests of every overlay and component, and refuses pods that break Pod Security.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::kubernetes::{
    ControlPlane, Kubectl, Programs, define, missing, namespace, parse, pods, secrets, unreachable,
};
use crate::suites::kubernetes_refusals;
use crate::suites::kubernetes_variants::{Variant, variants};
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

/// Checks every overlay and component on an API server of its own. Returns the numbers of accepted and refused objects.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let programs = Programs::build(workspace)?;
    let mut count = Count {
        passed: 0,
        failed: 0,
    };
    let binary = workspace.built(Profile::DEV)?;
    let folder = tempfile::tempdir().context("cannot create a folder for the Secrets")?;
    // `secrets` creates this folder, because it refuses one that others can enter.
    let passwords = folder.path().join("secrets");
    let secrets = |namespace: &str| secrets(&binary, &passwords, namespace);
    for Variant { name, folder } in variants(workspace)? {
        let control_plane = ControlPlane::start(&programs)?;
        let report = check(&control_plane.kubectl, &folder, secrets)
            .with_context(|| format!("cannot check the {name}"))?;
        report.print(&name);
        count.passed += report.passed;
        count.failed += report.failures.len();
    }
    Ok(count)
}

/// The outcome for one variant.
#[derive(Default)]
struct Report {
    passed: usize,
    failures: Vec<String>,
}

impl Report {
    /// Records a number of checks, with a sentence for each that failed.
    fn record(&mut self, checks: usize, failures: Vec<String>) {
        self.passed += checks.saturating_sub(failures.len());
        self.failures.extend(failures);
    }

    fn print(&self, name: &str) {
        let Self { passed, failures } = self;
        println!("{name}: {passed} passed, {} failed", failures.len());
        for failure in failures {
            println!("  {failure}");
        }
    }
}

fn check(
    kubectl: &Kubectl,
    folder: &Path,
    secrets: impl Fn(&str) -> anyhow::Result<Vec<Value>>,
) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let rendered = kubectl.run(&["kustomize", &folder.to_string_lossy()])?;
    let mut objects = parse(&rendered)?;
    objects.extend(secrets(namespace(&objects)?)?);
    report.record(objects.len(), missing(&objects));
    report.record(objects.len(), unreachable(&objects));
    define(kubectl, &objects)?;
    let applied = kubectl.apply(&objects)?;
    report.record(objects.len(), failures(applied.success, &applied.errors));
    let pods = pods(&objects);
    let created = kubectl.try_create(&pods)?;
    report.record(pods.len(), failures(created.success, &created.errors));
    let pod = pods.first().context("the overlay has no pods")?;
    if created.success {
        let failures = kubernetes_refusals::check(kubectl, pod)?;
        report.record(kubernetes_refusals::COUNT, failures);
    }
    Ok(report)
}

/// Returns the error messages of a command, and at least one if it failed.
fn failures(success: bool, errors: &str) -> Vec<String> {
    if success {
        return Vec::new();
    }
    let lines = errors.lines().filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    if lines.is_empty() {
        return vec!["kubectl failed without a message".to_owned()];
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_command_causes_a_failure_even_without_a_message() {
        assert_eq!(failures(true, "Warning"), Vec::<String>::new());
        assert_eq!(failures(false, "a\n\nb\n"), ["a", "b"]);
        assert_eq!(failures(false, "").len(), 1);
    }

    #[test]
    fn report_counts_the_checks_without_a_failure() {
        let mut report = Report::default();
        report.record(3, vec!["one".to_owned()]);
        report.record(0, vec!["two".to_owned()]);
        assert_eq!((report.passed, report.failures.len()), (2, 2));
    }
}
