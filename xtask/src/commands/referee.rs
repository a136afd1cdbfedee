use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::suites::mutant::Mutant;
use crate::suites::older;
use crate::suites::referee::{self, RunOptions};
use crate::suites::referee_cluster::{self, ClusterRunOptions};
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Check the distributed observatory on real servers instead of the embedded one
    #[arg(long)]
    cluster: bool,
    /// With --cluster: number of a fault to inject; can be repeated [default: all]
    #[arg(long, requires = "cluster", value_name = "N")]
    fault: Vec<u32>,
    /// With --cluster: seconds by which fault 20 delays events
    #[arg(
        long,
        requires = "cluster",
        default_value_t = 60,
        value_name = "SECONDS"
    )]
    event_delay: u32,
    /// With --cluster: binary of an earlier version, which faults 26 and 27 need
    #[arg(
        long,
        requires = "cluster",
        conflicts_with = "mutant",
        value_name = "PATH"
    )]
    older_binary: Option<PathBuf>,
    /// With --cluster: revision in git to build as the earlier version
    #[arg(long, requires = "cluster", conflicts_with_all = ["mutant", "older_binary"], value_name = "REVISION")]
    older_revision: Option<String>,
    /// Number of kills; with --cluster: number of seeds, each with a new cluster [default: 50, with --cluster 1]
    #[arg(long)]
    rounds: Option<u32>,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seconds after which no further round or seed begins [default: 300, with --cluster 10800]
    #[arg(long)]
    max_seconds: Option<u32>,
    /// Check the release binary instead of the debug binary
    #[arg(long)]
    release: bool,
    /// Apply the defect `tests/referee/mutants/<NAME>.patch` and expect the referee to detect it
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    if let Some(name) = &args.mutant {
        return try_mutant(workspace, args, name);
    }
    let older = older_binary(workspace, args)?;
    let binary = if args.release {
        workspace.build(Profile::RELEASE)?;
        workspace.binary(Profile::RELEASE)
    } else {
        workspace.build_all()?;
        workspace.binary(Profile::DEV)
    };
    if args.cluster {
        let report = referee_cluster::run_referee(
            workspace,
            &cluster_options(args, &binary, older.as_deref()),
        )?;
        let broken = report.violations.len();
        ensure!(broken == 0, "{broken} guarantees were violated");
        let skipped = report.skipped.len();
        println!(
            "{} faults survived, 0 failed, {skipped} skipped",
            report.rounds
        );
        return Ok(());
    }
    let count = referee::run(workspace, &options(args, &binary))?;
    ensure!(
        count.failed == 0,
        "{} guarantees were violated",
        count.failed
    );
    println!("{} rounds passed, 0 failed", count.passed);
    Ok(())
}

fn options<'a>(args: &Args, binary: &'a Path) -> RunOptions<'a> {
    RunOptions {
        binary,
        rounds: args.rounds.unwrap_or(50),
        seed: args.seed,
        max_seconds: args.max_seconds.unwrap_or(300),
    }
}

/// Returns the absolute path of the earlier version that the arguments name. Builds it if they name a revision.
fn older_binary(workspace: &Workspace, args: &Args) -> anyhow::Result<Option<PathBuf>> {
    match (&args.older_binary, &args.older_revision) {
        (Some(binary), _) => {
            let found = binary.canonicalize();
            let found = found.with_context(|| format!("there is no {}", binary.display()))?;
            Ok(Some(found))
        }
        (None, Some(revision)) => older::build(workspace, revision).map(Some),
        (None, None) => Ok(None),
    }
}

fn cluster_options<'a>(
    args: &'a Args,
    binary: &'a Path,
    older: Option<&'a Path>,
) -> ClusterRunOptions<'a> {
    ClusterRunOptions {
        binary,
        older,
        faults: &args.fault,
        rounds: args.rounds.unwrap_or(1),
        seed: args.seed,
        max_seconds: args.max_seconds.unwrap_or(10_800),
        event_delay_seconds: args.event_delay,
    }
}

/// Builds a copy of the product with a defect, and fails unless the referee detects it.
fn try_mutant(workspace: &Workspace, args: &Args, name: &str) -> anyhow::Result<()> {
    let mutant = Mutant::read(workspace, name)?;
    let is_of_cluster = mutant.faults.is_some();
    ensure!(
        args.cluster == is_of_cluster,
        "`{name}` is a mutant of the {} observatory",
        if is_of_cluster {
            "distributed"
        } else {
            "embedded"
        }
    );
    let binary = mutant.build(workspace)?;
    let report = match &mutant.faults {
        None => referee::run_referee(workspace, &options(args, &binary))?,
        Some(faults) => {
            let mut options = cluster_options(args, &binary, None);
            if args.fault.is_empty() {
                options.faults = faults;
            }
            referee_cluster::run_referee(workspace, &options)?
        }
    };
    let rule = &mutant.expected;
    let found = report.violations.iter().filter(|it| it.rule == *rule);
    let found = found.count();
    ensure!(
        found > 0,
        "mutant `{name}` survived: the referee found no violation of `{rule}`"
    );
    println!(
        "mutant `{}` caught: {found} violations of `{rule}` in {} rounds",
        mutant.name, report.rounds
    );
    Ok(())
}
