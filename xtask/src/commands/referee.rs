use std::path::Path;

use anyhow::ensure;

use crate::suites::mutant::Mutant;
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
    /// With --cluster: seconds for which fault 20 holds events back
    #[arg(
        long,
        requires = "cluster",
        default_value_t = 60,
        value_name = "SECONDS"
    )]
    event_delay: u32,
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
        event_delay_seconds: args.event_delay,
    }
}

/// Builds a broken copy of the product; succeeds when the referee finds what is broken.
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
        None => referee::hold(workspace, &trial(args, &binary))?,
        Some(faults) => {
            let mut trial = cluster_trial(args, &binary);
            if args.fault.is_empty() {
                trial.faults = faults;
            }
            referee_cluster::hold(workspace, &trial)?
        }
    };
    let rule = &mutant.expected;
    let found = report.violations.iter().filter(|it| it.rule == *rule);
    let found = found.count();
    ensure!(
        found > 0,
        "mutant `{name}` survived: the referee saw no violation of `{rule}`"
    );
    println!(
        "mutant `{}` caught: {found} violations of `{rule}` in {} rounds",
        mutant.name, report.rounds
    );
    Ok(())
}
