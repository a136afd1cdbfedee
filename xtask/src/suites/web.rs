//! The web dashboard: its generated files, formatting, lints and types, its unit tests, and the pages in Chromium.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context, ensure};
use regex::Regex;

use crate::cluster::{Cluster, Plan};
use crate::process;
use crate::tally::Count;
use crate::web_pages::{browser_script, install, npm_run};
use crate::workspace::{Profile, Workspace};

/// Scripts of `web/package.json` that check the sources.
const CHECKS: [&str; 3] = ["generate:check", "lint", "check"];
const CHECK_LIMIT: Duration = Duration::from_secs(300);

/// The result lines of Vitest and of Playwright.
static PASSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:Tests\s+)?(?:\d+ failed \| )?(\d+) passed").expect("valid")
});
static FAILED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*(?:Tests\s+)?(\d+) failed").expect("valid"));

/// Checks that the generated files follow the contracts, and that the sources are formatted and typed.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Count> {
    install(workspace)?;
    for script in CHECKS {
        process::run_within(&mut npm_run(workspace, script), CHECK_LIMIT)?;
    }
    Ok(Count {
        passed: CHECKS.len(),
        failed: 0,
    })
}

/// Runs the unit tests of services and components. They fail if too few lines are covered.
pub(crate) fn unit_tests(workspace: &Workspace) -> anyhow::Result<Count> {
    install(workspace)?;
    run_counted(&mut npm_run(workspace, "test"))
}

/// Runs the tests in Chromium. They start observatories with the binary of [`Workspace::build_all`].
pub(crate) fn browser_tests(workspace: &Workspace) -> anyhow::Result<Count> {
    let mut command = browser_script(workspace, "test:browser")?;
    command.env("ODD_BINARY", workspace.binary(Profile::DEV));
    run_counted(&mut command)
}

/// Runs those tests in Chromium that use jobs, failures and the terminal against a cluster on real servers.
pub(crate) fn cluster_tests(workspace: &Workspace) -> anyhow::Result<Count> {
    let mut command = browser_script(workspace, "test:cluster")?;
    let folder = workspace.scratch("web-cluster")?;
    fs::remove_dir_all(&folder).context("cannot remove the previous cluster")?;
    fs::create_dir_all(&folder)?;
    let plan = Plan {
        archive: true,
        ..Plan::default()
    };
    let cluster = Cluster::start(&workspace.binary(Profile::DEV), &folder, &plan)?;
    let urls: BTreeMap<_, _> = cluster
        .roles
        .iter()
        .map(|process| (process.role(), process.url()))
        .collect();
    command.env("ODD_OBSERVATORY", serde_json::to_string(&urls)?);
    let outcome = run_counted(&mut command);
    cluster.stop()?;
    outcome
}

fn run_counted(command: &mut Command) -> anyhow::Result<Count> {
    command.env("NO_COLOR", "1");
    let transcript = process::tee_with_errors(command)?;
    let count = count(&transcript.text);
    ensure!(
        transcript.success || count.failed > 0,
        "no test failed, but their program did; it printed at the end:\n{}",
        end_of(&transcript.text)
    );
    ensure!(count.passed > 0, "no test ran");
    Ok(count)
}

/// Returns the last lines of a text.
fn end_of(text: &str) -> String {
    const LINES: usize = 60;
    let count = text.lines().count();
    let lines: Vec<_> = text.lines().skip(count.saturating_sub(LINES)).collect();
    lines.join("\n")
}

/// Returns the numbers of the last result line of each kind.
fn count(text: &str) -> Count {
    let last = |pattern: &Regex| {
        let found = text
            .lines()
            .filter_map(|line| pattern.captures(line))
            .next_back();
        found.and_then(|found| found[1].parse().ok()).unwrap_or(0)
    };
    Count {
        passed: last(&PASSED),
        failed: last(&FAILED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_vitest_and_playwright_are_counted() {
        let vitest =
            " Test Files  1 failed | 49 passed (50)\n      Tests  2 failed | 632 passed (634)\n";
        let expected = Count {
            passed: 632,
            failed: 2,
        };
        assert_eq!(count(vitest), expected);
        let playwright = "  2 failed\n    tests/a.spec.ts:4:1 > name\n  19 passed (1.2m)\n";
        let expected = Count {
            passed: 19,
            failed: 2,
        };
        assert_eq!(count(playwright), expected);
        let all = "      Tests  634 passed (634)\n";
        assert_eq!(count(all).passed, 634);
    }
}
