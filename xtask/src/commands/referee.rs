use std::path::Path;

use anyhow::ensure;

use crate::suites::mutant::Mutant;
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
    let binary = if args.release {
        workspace.build(Profile::RELEASE)?;
        workspace.binary(Profile::RELEASE)
    } else {
        workspace.build_all()?;
        workspace.binary(Profile::DEV)
    };
    if args.cluster {
        let report = referee_cluster::run_referee(workspace, &cluster_options(args, &binary))?;
        let broken = report.violations.len();
        ensure!(broken == 0, "{broken} guarantees were violated");
        println!("{} faults survived, 0 failed", report.rounds);
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

fn cluster_options<'a>(args: &'a Args, binary: &'a Path) -> ClusterRunOptions<'a> {
    ClusterRunOptions {
        binary,
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
            let mut options = cluster_options(args, &binary);
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
