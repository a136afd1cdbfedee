use odd_private_servers::{Kind, ensure_installed};

use crate::suites::referee::Trial;
use crate::suites::{cluster, referee, rust, schemathesis};
use crate::tally::{Count, Tally};
use crate::workspace::{Profile, Workspace};

/// Rounds of the crash referee; the time bound keeps them within a few minutes.
const ROUNDS: u32 = 50;
const REFEREE_SECONDS: u32 = 300;

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Only the Rust tests
    #[arg(long)]
    rust_only: bool,
    /// Only the distributed observatory on real servers
    #[arg(long, conflicts_with = "rust_only")]
    cluster_only: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    workspace.build_all()?;
    let mut tally = Tally::default();
    measure(workspace, args, &mut tally);
    tally.conclude()
}

/// Runs the suites on what `build_all` has built.
pub(crate) fn measure(workspace: &Workspace, args: &Args, tally: &mut Tally) {
    tally.measure("servers", || {
        ensure_installed(&[Kind::Postgres, Kind::RabbitMq, Kind::Redis, Kind::Mongo])?;
        Ok(Count::ONE)
    });
    if args.cluster_only {
        tally.measure("cluster", || cluster::run(workspace));
        return;
    }
    tally.measure("cargo test", || rust::run(workspace));
    if args.rust_only {
        return;
    }
    for role in ["gateway", "read-model"] {
        tally.measure(&format!("schemathesis {role}"), || {
            schemathesis::run(workspace, role)
        });
    }
    tally.measure("cluster", || cluster::run(workspace));
    tally.measure("tests of the referee", || referee::self_test(workspace));
    let binary = workspace.binary(Profile::Dev);
    let trial = Trial {
        binary: &binary,
        rounds: ROUNDS,
        seed: 1,
        max_seconds: REFEREE_SECONDS,
    };
    tally.measure("crash referee", || referee::run(workspace, &trial));
}
