use std::process::Command;
use std::sync::LazyLock;

use anyhow::bail;
use regex::Regex;

use crate::process;
use crate::tally::Count;
use crate::workspace::Workspace;

static RESULT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^test result: \w+\. (\d+) passed; (\d+) failed;").expect("the pattern is valid")
});

/// Runs the unit, integration and documentation tests of every crate.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let mut cargo = workspace.cargo("test");
    cargo.args(["--workspace", "--locked", "--no-fail-fast"]);
    run_counted(&mut cargo)
}

/// Runs the tests of the executable that take a minute, which are ignored otherwise.
pub(crate) fn run_long(workspace: &Workspace) -> anyhow::Result<Count> {
    let mut cargo = workspace.cargo("test");
    cargo.args(["--package", "odd-dashboard", "--test", "it", "--locked"]);
    cargo.args(["--", "--ignored"]);
    run_counted(&mut cargo)
}

fn run_counted(cargo: &mut Command) -> anyhow::Result<Count> {
    let transcript = process::tee(cargo)?;
    let count = count(&transcript.text);
    if !transcript.success && count.failed == 0 {
        bail!("cargo test failed although no test failed");
    }
    if count.passed == 0 {
        bail!("cargo test ran no test");
    }
    Ok(count)
}

fn count(stdout: &str) -> Count {
    let mut count = Count {
        passed: 0,
        failed: 0,
    };
    for found in stdout.lines().filter_map(|line| RESULT.captures(line)) {
        let number = |group: usize| found[group].parse::<usize>().unwrap_or(0);
        count.passed += number(1);
        count.failed += number(2);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_test_binaries_are_summed() {
        let stdout = "running 2 tests\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\
            test result: FAILED. 5 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(
            count(stdout),
            Count {
                passed: 7,
                failed: 1
            }
        );
    }
}
