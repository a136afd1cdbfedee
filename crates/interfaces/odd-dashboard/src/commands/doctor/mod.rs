//! `doctor`: the checks of this machine and of a running deployment.

mod probes;
mod progress;
mod text;

pub(crate) use self::probes::setup;

use std::path::PathBuf;

use clap::ValueEnum;
use odd_doctor::{Checkup, Report, Target};

use self::probes::all_probes;
use self::progress::Progress;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

const EXAMPLES: &str = "  odd-dashboard doctor
  odd-dashboard doctor --target compose
  odd-dashboard doctor --read-model-url https://observatory.example
  odd-dashboard doctor --json | jq '.checks[] | select(.status == \"fail\")'";

/// Check this machine and a running deployment, and show how to fix what is wrong
///
/// Exit 1 when a check fails; warnings alone are exit 0.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where the observatory runs, or is going to run
    #[arg(long, value_enum, default_value_t, value_name = "TARGET")]
    target: TargetArg,
    /// Print JSON, as -o json does
    #[arg(long)]
    json: bool,
    /// Data directory [env: ODD_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// A target on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum TargetArg {
    /// One process on this machine, with `up`
    #[default]
    Embedded,
    /// Containers of Docker Compose
    Compose,
    /// A Kubernetes cluster in containers on this machine
    Kind,
    /// A Kubernetes cluster
    Kubernetes,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let probes = all_probes(args.target.into(), args.data_dir, context)?;
    context.block_on(async {
        let report = examine(Checkup::start(probes), context).await;
        print(&report, args.json, context)?;
        Ok(match report.has_failures() {
            true => Exit::Failure,
            false => Exit::Ok,
        })
    })
}

/// Waits for every check, and shows which ones are running.
async fn examine(mut checkup: Checkup, context: &Context) -> Report {
    let progress = Progress::start(context.printer);
    let mut checks = Vec::new();
    progress.waiting(&checkup);
    while let Some(check) = checkup.next().await {
        checks.push(check);
        progress.waiting(&checkup);
    }
    progress.end();
    Report::new(checks)
}

fn print(report: &Report, as_json: bool, context: &Context) -> Result<(), Failure> {
    let printer = context.printer.with_json(as_json);
    let name = |check: &odd_doctor::Check| check.id.clone();
    printer.list(report, &report.checks, name, |colour| {
        text::render(report, colour)
    })
}

impl From<TargetArg> for Target {
    fn from(arg: TargetArg) -> Self {
        match arg {
            TargetArg::Embedded => Self::Embedded,
            TargetArg::Compose => Self::Compose,
            TargetArg::Kind => Self::Kind,
            TargetArg::Kubernetes => Self::Kubernetes,
        }
    }
}
