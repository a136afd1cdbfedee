use std::fs;

use anyhow::{Context, bail};

use crate::coverage::{FILE, Percentages, Report, Thresholds, folders};
use crate::process;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only the tests of this crate and report what they alone execute of it, without a comparison; can be repeated
    #[arg(long, short, value_name = "CRATE")]
    package: Vec<String>,
}

/// Runs the Rust tests on an instrumented build, and compares the covered lines of each crate with its threshold.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    if !process::is_installed("cargo-llvm-cov", &["llvm-cov", "--version"]) {
        bail!(
            "cargo-llvm-cov is needed: `rustup component add llvm-tools`, then \
             `cargo install --locked cargo-llvm-cov`. Instead of the component, LLVM_COV and LLVM_PROFDATA can name the \
             programs of an LLVM that is at least as new as that of rustc."
        );
    }
    let thresholds = fs::read_to_string(workspace.root.join(FILE));
    let thresholds =
        Thresholds::parse(&thresholds.with_context(|| format!("cannot read {FILE}"))?)?;
    let measured = measure(workspace, &args.package)?;
    let is_selected = |name: &String| args.package.is_empty() || args.package.contains(name);
    // The tests of other crates execute lines of a selected crate too: without them, its threshold does not apply.
    let is_complete = args.package.is_empty();
    let mut below = 0;
    println!("{:<28} {:>8} {:>8}", "crate", "lines %", "at least");
    for (name, threshold) in thresholds
        .lines
        .iter()
        .filter(|(name, _)| is_selected(name))
    {
        let percentage = measured.get(name).copied().unwrap_or(0.0);
        let is_below = is_complete && percentage < *threshold;
        below += usize::from(is_below);
        let mark = if is_below { "  too few" } else { "" };
        println!("{name:<28} {percentage:>8.1} {threshold:>8.1}{mark}");
    }
    if below > 0 {
        bail!("the tests execute too few lines of {below} crates; {FILE} has the thresholds");
    }
    Ok(())
}

fn measure(workspace: &Workspace, packages: &[String]) -> anyhow::Result<Percentages> {
    let path = workspace.scratch("coverage")?.join("report.json");
    let mut command = workspace.cargo("llvm-cov");
    command.args(["--locked", "--json", "--summary-only", "--output-path"]);
    command.arg(&path);
    if packages.is_empty() {
        command.args(["--workspace", "--exclude", "xtask"]);
    }
    for package in packages {
        command.args(["--package", package]);
    }
    process::run(&mut command)?;
    let report = fs::read_to_string(&path).context("cargo llvm-cov wrote no report")?;
    let report: Report = serde_json::from_str(&report).context("the report is malformed")?;
    Ok(report.percentages(&folders(workspace)))
}
