use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::process;
use crate::suites::referee::{self, Trial};
use crate::suites::referee_cluster::{self, ClusterTrial};
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Judge the distributed observatory on real servers instead of the embedded one
    #[arg(long)]
    cluster: bool,
    /// With --cluster: the number of a fault in the plan, repeatable [default: all]
    #[arg(long, requires = "cluster", value_name = "N")]
    fault: Vec<u32>,
    /// How often the observatory is killed; with --cluster: how many seeds, each with a cluster of its own [default: 50,
    /// with --cluster 1]
    #[arg(long)]
    rounds: Option<u32>,
    /// Of every random choice
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// When to stop killing, whatever the round; with --cluster: when to begin with no further seed [default: 300, with
    /// --cluster 10800]
    #[arg(long)]
    max_seconds: Option<u32>,
    /// Test the release binary instead of the one that tests use
    #[arg(long)]
    release: bool,
    /// Break the product with `tests/referee/mutants/<NAME>.patch` and expect the referee to see it
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    if let Some(name) = &args.mutant {
        return try_mutant(workspace, args, name);
    }
    let binary = if args.release {
        workspace.build_release()?;
        workspace.binary(Profile::Release)
    } else {
        workspace.build_all()?;
        workspace.binary(Profile::Dev)
    };
    if args.cluster {
        let report = referee_cluster::hold(workspace, &cluster_trial(args, &binary))?;
        let broken = report.violations.len();
        ensure!(broken == 0, "{broken} promises were broken");
        println!("{} faults survived, 0 failed", report.rounds);
        return Ok(());
    }
    let count = referee::run(workspace, &trial(args, &binary))?;
    ensure!(count.failed == 0, "{} promises were broken", count.failed);
    println!("{} rounds passed, 0 failed", count.passed);
    Ok(())
}

fn trial<'a>(args: &Args, binary: &'a Path) -> Trial<'a> {
    Trial {
        binary,
        rounds: args.rounds.unwrap_or(50),
        seed: args.seed,
        max_seconds: args.max_seconds.unwrap_or(300),
    }
}

fn cluster_trial<'a>(args: &'a Args, binary: &'a Path) -> ClusterTrial<'a> {
    ClusterTrial {
        binary,
        faults: &args.fault,
        rounds: args.rounds.unwrap_or(1),
        seed: args.seed,
        max_seconds: args.max_seconds.unwrap_or(10_800),
        options: Vec::new(),
    }
}

/// Builds a broken copy of the product; succeeds when the referee reports lost jobs.
fn try_mutant(workspace: &Workspace, args: &Args, name: &str) -> anyhow::Result<()> {
    let patch = referee::mutant_patch(workspace, name)?;
    let sources = workspace.scratch("mutant")?.join("source");
    copy_sources(workspace, &sources)?;
    let mut apply = Command::new("git");
    // Outside a repository of its own, git would look for one above and skip every file.
    apply
        .current_dir(&sources)
        .env("GIT_CEILING_DIRECTORIES", workspace.scratch("mutant")?)
        .args(["apply", "--verbose"])
        .arg(&patch);
    process::run(&mut apply).context("the patch no longer fits the source")?;
    let binary = build_mutant(workspace, &sources)?;
    let report = referee::hold(workspace, &trial(args, &binary))?;
    let lost = report
        .violations
        .iter()
        .filter(|it| it.rule == "lost")
        .count();
    ensure!(
        lost > 0,
        "mutant `{name}` survived: the referee saw no lost job"
    );
    println!(
        "mutant `{name}` caught: {lost} lost jobs in {} rounds",
        report.rounds
    );
    Ok(())
}

fn copy_sources(workspace: &Workspace, to: &Path) -> anyhow::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("cannot empty {}", to.display()))?;
    }
    for file in workspace.files()? {
        let copy = to.join(&file);
        let folder = copy.parent().expect("a file has a folder");
        fs::create_dir_all(folder)?;
        fs::copy(workspace.root.join(&file), &copy)
            .with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// In a target directory of its own: the mutant must never be mistaken for the product.
fn build_mutant(workspace: &Workspace, sources: &Path) -> anyhow::Result<PathBuf> {
    let target = workspace.scratch("mutant")?.join("target");
    let mut build = workspace.cargo("build");
    build
        .current_dir(sources)
        .env("CARGO_TARGET_DIR", &target)
        .args(["--locked", "--package", "odd-dashboard"]);
    process::run(&mut build)?;
    let program = format!("odd-dashboard{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("debug").join(program))
}
