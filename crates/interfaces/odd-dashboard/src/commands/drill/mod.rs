//! `drill` breaks a deployment that allows it, and shows that the alert fires and that everything recovers.
//!
//! [`scenario`] lists what can be broken; [`run`] runs one scenario.

mod alerts;
mod jobs;
mod list;
mod load;
mod report;
mod run;
mod scenario;
mod targets;
#[cfg(test)]
mod test_server;
mod timeline;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use odd_core::{Clock as _, SystemClock};
use tokio::time::Instant;

use self::jobs::Jobs;
use self::report::{Outcome, Report};
use self::run::{Drill, Observed};
use self::scenario::Scenario;
use self::targets::Targets;
use self::timeline::Timeline;
use crate::commands::deployment::Deployment;
use crate::commands::deployment::until;
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

/// Longest wait for the first evaluation of the rules.
const FIRST_EVALUATION: Duration = Duration::from_secs(20);

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
/// Ctrl+C and SIGTERM end the fault and cancel the jobs of the drill before the program exits.
#[derive(Debug, clap::Args)]
#[command(before_help = RUN_EXAMPLES)]
struct RunArgs {
    /// A drill that `drill list` shows
    #[arg(value_name = "NAME", value_parser = Scenario::parse)]
    scenario: &'static Scenario,
    /// File for the report, in Markdown [default: odd-drill-NAME-TIME.md]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Longest run [default: depends on the alert]
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
    let mut signals = Signals::listen();
    let scenario = args.scenario;
    let limit = args.limit.unwrap_or_else(|| scenario.limit());
    let limit = context
        .timeout()
        .map_or(limit, |timeout| timeout.min(limit));
    let timeline = Timeline::new(context.printer);
    let targets = tokio::select! {
        targets = prepare(deployment, scenario) => targets?,
        exit = signals.next() => return Ok(exit),
    };
    timeline.note(format!(
        "{}: {}; the alert {} should fire within about {} s",
        scenario.name,
        scenario.breaks,
        scenario.alert,
        scenario.time_to_fire().as_secs()
    ));
    let jobs = Jobs::new(deployment);
    let drill = Drill {
        deployment,
        scenario,
        targets: &targets,
        jobs: &jobs,
        timeline: &timeline,
        deadline: Instant::now() + limit,
        observed: Observed::default(),
    };
    let interrupted = tokio::select! {
        () = drill.run() => None,
        exit = signals.next() => Some(exit),
    };
    tokio::select! {
        () = drill.clean_up() => {}
        exit = signals.next() => return Ok(exit),
    }
    let report = Report::of(&drill, interrupted.is_some());
    write(args.report, &report, context)?;
    context
        .printer
        .value(&report, report.missing.clone(), |_| report.text())?;
    Ok(match (interrupted, report.outcome) {
        (Some(exit), _) => exit,
        (None, Outcome::Passed) => Exit::Ok,
        (None, _) => Exit::Failure,
    })
}

/// Checks that the deployment answers, supports the drill, and has no such alert yet.
async fn prepare<'a>(
    deployment: &'a Deployment,
    scenario: &Scenario,
) -> Result<Targets<'a>, Failure> {
    let services = targets::services(deployment).await.map_err(|why| {
        Failure::new(Exit::Unreachable, "the deployment does not answer")
            .cause(why)
            .hint("start one with `odd-dashboard up --allow-drills`, or set --gateway-url and --read-model-url")
    })?;
    let targets = Targets::find(deployment, &services, scenario).await?;
    let unusable = |why| Failure::failed("the alerts of the deployment cannot be read").cause(why);
    if !alerts::has_source(deployment).await.map_err(unusable)? {
        return Err(
            Failure::failed("the deployment has no source of alerts").hint(
                "set ODD_ALERTMANAGER_URL of the read-model to the Alertmanager of the deployment",
            ),
        );
    }
    // A deployment that has just been started has not evaluated the rules yet.
    let alert = until(Instant::now() + FIRST_EVALUATION, async || {
        alerts::current(deployment, scenario).await
    });
    match alert.await.map_err(unusable)? {
        None => Ok(targets),
        Some(alert) => {
            let what = format!("the alert {} is active already", scenario.alert);
            Err(Failure::failed(what)
                .cause(alert.summary)
                .hint("wait until it is resolved, or resolve what causes it"))
        }
    }
}

fn write(file: Option<PathBuf>, report: &Report, context: &Context) -> Result<(), Failure> {
    let file = file.unwrap_or_else(|| {
        let now = SystemClock.now().to_string();
        let digits = now.chars().filter(char::is_ascii_digit).take(14);
        let time: String = digits.collect();
        let (date, time) = time.split_at(8);
        Path::new(&format!("odd-drill-{}-{date}T{time}Z.md", report.drill)).to_owned()
    });
    std::fs::write(&file, report.markdown()).map_err(|error| {
        Failure::failed(format!("cannot write {}", file.display())).cause(error)
    })?;
    let note = format!("The report is in {}", file.display());
    context.printer.note(&note);
    Ok(())
}
