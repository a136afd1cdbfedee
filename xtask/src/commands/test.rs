use odd_private_servers::{Kind, ensure_installed, kubernetes_promtool};

use crate::kubernetes::Programs;
use crate::suites::referee::RunOptions;
use crate::suites::{
    cluster, grafana_schema, installers, kubernetes, monitoring, referee, restart, rust,
    schemathesis, web,
};
use crate::tally::{Count, Tally};
use crate::web_pages;
use crate::workspace::{Profile, Workspace};

/// Rounds of the crash referee. The time limit bounds them to a few minutes.
const ROUNDS: u32 = 50;
const REFEREE_SECONDS: u32 = 300;

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Run only the Rust tests
    #[arg(long)]
    rust_only: bool,
    /// Run only the suites of the distributed observatory on real servers
    #[arg(long, conflicts_with_all = ["rust_only", "web_only"])]
    cluster_only: bool,
    /// Run only the checks and tests of the web dashboard
    #[arg(long, conflicts_with = "rust_only")]
    web_only: bool,
    /// Run only the tests of the installers and of the npm package
    #[arg(long, conflicts_with_all = ["rust_only", "web_only", "cluster_only"])]
    installers_only: bool,
    /// Check only the manifests on a real Kubernetes API server; the first run builds it, about 15 minutes of processor time
    #[arg(long, conflicts_with_all = ["rust_only", "web_only", "cluster_only"])]
    kubernetes_only: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut tally = Tally::default();
    if args.installers_only {
        workspace.build(Profile::DEV)?;
        measure_installers(workspace, &mut tally);
        return tally.conclude();
    }
    if args.kubernetes_only {
        measure_kubernetes(workspace, &mut tally);
        return tally.conclude();
    }
    if !(args.rust_only || args.web_only || args.cluster_only) {
        Programs::build_in_background(workspace);
    }
    web_pages::build_if_possible(workspace)?;
    workspace.build_all()?;
    measure(workspace, args, &mut tally);
    tally.conclude()
}

/// Runs the suites on the binaries of [`Workspace::build_all`].
pub(crate) fn measure(workspace: &Workspace, args: &Args, tally: &mut Tally) {
    tally.measure("servers", || {
        ensure_installed(&Kind::ALL)?;
        kubernetes_promtool()?;
        Ok(Count::ONE)
    });
    if args.web_only {
        measure_web(workspace, tally);
        return;
    }
    if args.cluster_only {
        measure_cluster(workspace, tally);
        return;
    }
    tally.measure("cargo test", || rust::run(workspace));
    tally.measure("long tests", || rust::run_long(workspace));
    if args.rust_only {
        return;
    }
    measure_web(workspace, tally);
    tally.measure("grafana schema", || grafana_schema::run(workspace));
    measure_installers(workspace, tally);
    for role in ["gateway", "read-model"] {
        tally.measure(&format!("schemathesis {role}"), || {
            schemathesis::run(workspace, role)
        });
    }
    measure_cluster(workspace, tally);
    tally.measure("tests of the referee", || referee::self_test(workspace));
    let binary = workspace.binary(Profile::DEV);
    let options = RunOptions {
        binary: &binary,
        rounds: ROUNDS,
        seed: 1,
        max_seconds: REFEREE_SECONDS,
    };
    tally.measure("crash referee", || referee::run(workspace, &options));
    // The last one, because it waits for the build in the background.
    measure_kubernetes(workspace, tally);
}

fn measure_installers(workspace: &Workspace, tally: &mut Tally) {
    tally.measure("installers", || installers::run(workspace));
}

fn measure_web(workspace: &Workspace, tally: &mut Tally) {
    tally.measure("web checks", || web::check(workspace));
    tally.measure("web unit tests", || web::unit_tests(workspace));
    tally.measure("web in Chromium", || web::browser_tests(workspace));
}

fn measure_kubernetes(workspace: &Workspace, tally: &mut Tally) {
    tally.measure("kubernetes manifests", || kubernetes::run(workspace));
}

fn measure_cluster(workspace: &Workspace, tally: &mut Tally) {
    tally.measure("cluster", || cluster::run(workspace));
    tally.measure("cluster restarts", || restart::run(workspace));
    tally.measure("cluster monitoring", || monitoring::run(workspace));
    tally.measure("cluster in Chromium", || web::cluster_tests(workspace));
}
