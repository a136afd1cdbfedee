//! `drill` breaks a deployment that allows it, and shows that the alert fires and that everything recovers.
//!
//! [`scenario`] lists what can be broken; [`run`] runs one scenario.

mod alerts;
mod jobs;
mod list;
mod load;
mod prepare;
mod queues;
mod report;
mod report_file;
mod run;
mod scenario;
mod targets;
#[cfg(test)]
mod test_server;
mod timeline;

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use tokio::time::{Instant, sleep_until};

use self::jobs::Jobs;
use self::prepare::prepare;
use self::report::{Outcome, Report};
use self::report_file::ReportFile;
use self::run::{Drill, Observed};
use self::scenario::Scenario;
use self::timeline::Timeline;
use crate::commands::deployment::Deployment;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::parse_duration;
use crate::signals::Signals;

const EXAMPLES: &str = "  odd-dashboard drill list
  odd-dashboard drill run stopped-worker
  odd-dashboard drill run flood --report flood.md";

const LIST_EXAMPLES: &str = "  odd-dashboard drill list
  odd-dashboard drill list -o json | jq '.drills[] | select(.supported)'";

const RUN_EXAMPLES: &str = "  odd-dashboard drill run stopped-worker
  odd-dashboard drill run views-unavailable --report report.md
  odd-dashboard drill run failing-jobs -o json > report.json";

/// Break a deployment on purpose, and watch the alert and the recovery
///
/// Only a deployment that was started with `--allow-drills` can be broken. Every fault ends by itself after 15 minutes at
/// most.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the drills, and whether the deployment supports them
    #[command(before_help = LIST_EXAMPLES)]
    List,
    Run(RunArgs),
}

/// Run a drill; exit 1 unless the alert fires and everything recovers
///
/// Ctrl+C, SIGTERM, SIGHUP and --timeout end the fault and cancel the jobs of the drill before the program exits. Run one
/// drill at a time: each one first cancels the jobs that earlier ones have left behind.
#[derive(Debug, clap::Args)]
#[command(before_help = RUN_EXAMPLES)]
struct RunArgs {
    /// A drill that `drill list` shows
    #[arg(value_name = "NAME", value_parser = Scenario::parse, add = completion::names(Scenario::names()))]
    scenario: &'static Scenario,
    /// File for the report, in Markdown [default: odd-drill-NAME-TIME.md, none with -o json]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Longest wait for the alert [default: depends on the alert]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    limit: Option<Duration>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let deployment = Deployment::new(context.client_settings()?, None, None, None)?;
    match args.action {
        Action::List => context.block_on(list::list(&deployment, context)),
        Action::Run(args) => context.block_on_uninterrupted(start(args, &deployment, context)),
    }
}

async fn start(args: RunArgs, deployment: &Deployment, context: &Context) -> Result<Exit, Failure> {
    // Before anything is broken, because an early signal would leave it so.
    let mut signals = Signals::listen_with_hangup();
    let timeout = context.timeout().map(|limit| Instant::now() + limit);
    let timeline = Timeline::new(context.printer);
    let (targets, scenario) = tokio::select! {
        prepared = prepare(deployment, args.scenario, &timeline) => prepared?,
        exit = stopped(&mut signals, timeout, context) => return Ok(exit),
    };
    let file = ReportFile::create(args.report, scenario.name, context)?;
    timeline.note(format!(
        "{}: {}; the alert {} should fire within about {} s",
        scenario.name,
        scenario.breaks,
        scenario.alert,
        scenario.time_to_fire().as_secs()
    ));
    let jobs = Jobs::new(deployment, scenario.queue);
    let drill = Drill {
        deployment,
        scenario,
        targets: &targets,
        jobs: &jobs,
        timeline: &timeline,
        limit: args.limit.unwrap_or_else(|| scenario.expected()),
        observed: Observed::default(),
    };
    let interrupted = tokio::select! {
        () = drill.run() => None,
        exit = stopped(&mut signals, timeout, context) => Some(exit),
    };
    tokio::select! {
        () = drill.clean_up() => {}
        exit = signals.next() => {
            drill.leftovers().iter().for_each(|what| context.printer.warn(what));
            return Ok(exit);
        }
    }
    let report = Report::of(&drill, interrupted.is_some());
    let name = [report.drill];
    context.printer.value(&report, name, |_| report.text())?;
    if let Some(file) = file {
        file.write(&report.markdown(), context)?;
    }
    Ok(match (interrupted, report.outcome) {
        (Some(exit), _) => exit,
        (None, Outcome::Passed) => Exit::Ok,
        (None, _) => Exit::Failure,
    })
}

/// Waits for a signal or the end of the time limit. Returns the exit code for it.
async fn stopped(signals: &mut Signals, timeout: Option<Instant>, context: &Context) -> Exit {
    let expired = async {
        match timeout {
            Some(timeout) => sleep_until(timeout).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        exit = signals.next() => exit,
        () = expired => {
            context.printer.warn("the drill has not finished within --timeout");
            Exit::TimedOut
        }
    }
}
