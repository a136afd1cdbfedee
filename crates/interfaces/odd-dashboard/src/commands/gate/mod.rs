//! `gate` checks a running deployment from outside: it submits jobs, and compares what every part reports about them.
//!
//! One file per aspect. They share [`Deployment`], which records every answer as evidence.

mod alert;
mod aspect;
mod cleanup;
mod dashboards;
mod evidence;
mod exposition;
mod lifecycle;
mod load;
mod metrics;
mod prometheus;
mod read_apis;
mod report;
mod submission;
mod work;

use std::path::{Path, PathBuf};
use std::time::Duration;

use odd_client::Url;
use odd_contracts::JobType;
use tokio::sync::Notify;
use tokio::time::Instant;

use self::aspect::{Aspect, Checks};
use self::evidence::Evidence;
use self::metrics::Counters;
use self::report::Report;
use self::work::Work;
use crate::commands::deployment::Deployment;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{ALERTMANAGER_URL, GRAFANA_URL, PROMETHEUS_URL, parse_duration, parse_url};

const EXAMPLES: &str = "  odd-dashboard gate --accept-skipped
  odd-dashboard gate --prometheus http://127.0.0.1:9090 --alertmanager http://127.0.0.1:9093
  odd-dashboard gate -o json > report.json";

/// Longest run of all checks, unless another one is given.
const LIMIT: &str = "180s";

/// Type of the submitted jobs, unless another one is given.
const TYPE: &str = "echo";

/// Kept at the end for the removal of jobs and the artifacts.
const RESERVE: Duration = Duration::from_secs(15);

/// Longest time for the artifacts.
const EVIDENCE_LIMIT: Duration = Duration::from_secs(10);

/// Check that a running deployment keeps its promises; exit 1 unless every aspect passes
///
/// Submits jobs and follows them through events, metrics, dashboards, alerts and every API. Takes up to 180 seconds, most of
/// them for the alert. Run one at a time.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// URL of the Prometheus that scrapes the deployment [env: ODD_PROMETHEUS_URL]
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    prometheus: Option<Url>,
    /// URL of its Alertmanager [env: ODD_ALERTMANAGER_URL]
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    alertmanager: Option<Url>,
    /// URL of its Grafana [env: ODD_GRAFANA_URL]
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    grafana: Option<Url>,
    /// Type of the submitted jobs; workers must handle it, and complete its jobs
    #[arg(long = "type", value_name = "TYPE", default_value = TYPE)]
    job_type: JobType,
    /// Payload of the submitted jobs, as JSON
    #[arg(long, value_name = "JSON", default_value = "{\"gate\":true}")]
    payload: String,
    /// Check only these aspects, 1 to 6; may be repeated
    #[arg(long = "aspect", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=6))]
    aspects: Vec<u8>,
    /// Longest run
    #[arg(long, value_name = "DURATION", default_value = LIMIT, value_parser = parse_duration)]
    limit: Duration,
    /// Accept that aspects are skipped because their server is not given
    #[arg(long)]
    accept_skipped: bool,
    /// Directory for the artifacts of a failed run
    #[arg(long, value_name = "DIR", default_value = "odd-gate")]
    artifacts: PathBuf,
    /// Log file of the deployment to add to the artifacts; may be repeated
    #[arg(long = "log", value_name = "FILE")]
    logs: Vec<PathBuf>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let settings = context.client_settings()?;
    let sources = &context.sources;
    let prometheus = sources.read(&PROMETHEUS_URL, args.prometheus, parse_url)?;
    let alertmanager = sources.read(&ALERTMANAGER_URL, args.alertmanager, parse_url)?;
    let grafana = sources.read(&GRAFANA_URL, args.grafana, parse_url)?;
    let payload = serde_json::from_str(&args.payload)
        .map_err(|error| Failure::usage("--payload is not JSON").cause(error))?;
    let deployment = Deployment::new(settings, prometheus, alertmanager, grafana)?.recording();
    let work = Work {
        job_id: work::new_id(),
        job_type: args.job_type,
        payload,
    };
    let plan = Plan {
        aspects: args.aspects,
        limit: args.limit,
    };
    context.block_on(async {
        let report = check_all(&deployment, &work, &plan, context).await;
        context
            .printer
            .value(&report, report.names(), |_| report.text())?;
        if report.has_passed(args.accept_skipped) {
            return Ok(Exit::Ok);
        }
        let evidence = Evidence::new(&args.artifacts, &work);
        keep(&evidence, &deployment, &report, &args.logs, context).await?;
        Ok(Exit::Failure)
    })
}

/// Runs every check that the servers of `deployment` allow. Returns `true` if all have passed; otherwise writes the artifacts
/// to a folder in `artifacts`.
///
/// # Errors
/// If the artifacts cannot be written.
pub(in crate::commands) async fn passes(
    deployment: Deployment,
    artifacts: &Path,
    context: &Context,
) -> Result<bool, Failure> {
    let deployment = deployment.recording();
    let work = Work {
        job_id: work::new_id(),
        job_type: TYPE.parse().expect("the default of the option"),
        payload: serde_json::json!({"gate": true}),
    };
    let plan = Plan {
        aspects: Vec::new(),
        limit: parse_duration(LIMIT).expect("the default of the option"),
    };
    let report = check_all(&deployment, &work, &plan, context).await;
    if report.has_passed(true) {
        return Ok(true);
    }
    let evidence = Evidence::new(artifacts, &work);
    keep(&evidence, &deployment, &report, &[], context).await?;
    Ok(false)
}

/// Writes the artifacts of a failed run.
async fn keep(
    evidence: &Evidence,
    deployment: &Deployment,
    report: &Report,
    logs: &[PathBuf],
    context: &Context,
) -> Result<(), Failure> {
    let writing = evidence.write(deployment, report, logs);
    if let Ok(written) = tokio::time::timeout(EVIDENCE_LIMIT, writing).await {
        written?;
    }
    let folder = evidence.folder().display();
    context
        .printer
        .note(&format!("The artifacts are in {folder}"));
    Ok(())
}

/// What is checked, and for how long.
struct Plan {
    /// All aspects if empty.
    aspects: Vec<u8>,
    limit: Duration,
}

impl Plan {
    fn includes(&self, aspect: u8) -> bool {
        self.aspects.is_empty() || self.aspects.contains(&aspect)
    }
}

/// Runs the aspects. The alert takes longest, so its failure is injected first and observed at the same time as the others.
async fn check_all(deployment: &Deployment, work: &Work, plan: &Plan, context: &Context) -> Report {
    let started = Instant::now();
    let checks =
        |number, name| Checks::new(number, name, started + plan.limit.saturating_sub(RESERVE));
    let report = |checks: Checks| {
        let aspect = checks.finish();
        let is_selected = plan.includes(aspect.number);
        if is_selected {
            context.printer.note(&aspect.line());
        }
        is_selected.then_some(aspect)
    };
    let ordinary_may_start = Notify::new();
    let others = async {
        let before = Counters::read(deployment, &work.job_type).await;
        // The other aspects are about this job, so it is always submitted and followed.
        let mut submitted = checks(1, "A submitted job is accepted");
        submission::check(deployment, work, &mut submitted).await;
        let submitted = report(submitted);
        let mut followed = checks(2, "Its events are recorded and published");
        let completed = lifecycle::check(deployment, work, &mut followed).await;
        let mut aspects = vec![submitted, report(followed)];
        if plan.includes(3) {
            let mut counted = checks(3, "Its metrics appear");
            metrics::check(deployment, work, &before, &mut counted).await;
            aspects.push(report(counted));
        }
        // Until here, only the followed job has its type.
        ordinary_may_start.notify_one();
        if plan.includes(4) {
            let mut queried = checks(4, "Every query of the dashboards returns data");
            dashboards::check(deployment, work, &mut queried).await;
            aspects.push(report(queried));
        }
        if plan.includes(6) {
            let mut compared = checks(6, "All APIs agree");
            read_apis::check(deployment, work, completed.as_ref(), &mut compared).await;
            aspects.push(report(compared));
        }
        aspects
    };
    let alert = async {
        let mut alerted = checks(5, "An alert fires on a failure, and resolves");
        if plan.includes(5) {
            alert::check(deployment, &mut alerted).await;
        }
        report(alerted)
    };
    let (mut aspects, alert) =
        load::during(deployment, work, others, alert, &ordinary_may_start).await;
    aspects.push(alert);
    let mut aspects: Vec<Aspect> = aspects.into_iter().flatten().collect();
    aspects.sort_by_key(|aspect| aspect.number);
    Report::new(aspects, started.elapsed())
}
