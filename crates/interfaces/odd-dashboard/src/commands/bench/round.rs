use std::time::Duration;

use odd_client::{Client, Url};
use odd_contracts::{EventType, Stats};
use serde::Serialize;
use tokio::time::Instant;

use crate::commands::bench::connection::Target;
use crate::commands::bench::event_arrivals::EventArrivals;
use crate::commands::bench::latency::{self, Percentiles};
use crate::commands::bench::load;
use crate::commands::bench::process_stats::ProcessStats;
use crate::commands::bench::workload::Workload;
use crate::failure::Failure;
use crate::settings::ClientSettings;

/// Longest time between two finished jobs; then the round fails.
const STALL_LIMIT: Duration = Duration::from_secs(60);

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The measurements of one round.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Round {
    pub(super) jobs: u64,
    /// From the first submission to the last answer.
    pub(super) accepted_per_second: f64,
    /// From the first submission until every job is finished in the store and counted in the views.
    pub(super) finished_per_second: f64,
    pub(super) seconds: f64,
    pub(super) submit_to_start: Option<Percentiles>,
    pub(super) submit_to_finish: Option<Percentiles>,
    /// Only at a constant rate: until the event of the start arrived on the event stream.
    pub(super) submit_to_start_seen: Option<Percentiles>,
    /// Only at a constant rate: until the event of the end arrived on the event stream.
    pub(super) submit_to_finish_seen: Option<Percentiles>,
    pub(super) server_cpu_seconds_per_1000_jobs: Option<f64>,
    pub(super) generator_cpu_seconds_per_1000_jobs: Option<f64>,
    pub(super) server_peak_bytes: Option<u64>,
    pub(super) server_resident_bytes: Option<u64>,
}

/// Submits the jobs of a round and waits until all are finished.
///
/// # Errors
/// When a request fails, a job does not complete, or no job finishes for a minute.
pub(super) async fn run(
    workload: &Workload,
    settings: ClientSettings,
    gateways: &[Url],
    server: &[u32],
) -> Result<Round, Failure> {
    let token = settings.token.as_ref().map(odd_client::Token::expose);
    let target = |gateway| Target::new(gateway, workload.path(), token.map(str::to_owned));
    let targets: Vec<Target> = gateways.iter().map(target).collect::<Result<_, _>>()?;
    let client = settings.connect()?;
    let before = client.stats().await?;
    let arrivals = match workload.rate {
        Some(_) => Some((
            EventArrivals::follow(&client, EventType::Started).await?,
            EventArrivals::follow(&client, EventType::Completed).await?,
        )),
        None => None,
    };
    let generator = std::process::id();
    let (server_before, generator_before) =
        (ProcessStats::of_all(server), ProcessStats::of(generator));

    let submitted = load::submit(workload, &targets).await?;
    await_end(&client, &before, workload.jobs).await?;
    let finished = Instant::now();

    let (server_after, generator_after) =
        (ProcessStats::of_all(server), ProcessStats::of(generator));
    let (submit_to_start_seen, submit_to_finish_seen) = match arrivals {
        Some((start, finish)) => (
            start.percentiles(&submitted.samples).await?,
            finish.percentiles(&submitted.samples).await?,
        ),
        None => (None, None),
    };
    let latencies = latency::measure(&client, &submitted.samples).await?;
    let seconds = (finished - submitted.first_sent).as_secs_f64();
    let accepting = (submitted.last_accepted - submitted.first_sent).as_secs_f64();
    Ok(Round {
        jobs: workload.jobs,
        accepted_per_second: workload.jobs as f64 / accepting,
        finished_per_second: workload.jobs as f64 / seconds,
        seconds,
        submit_to_start: latencies.to_start,
        submit_to_finish: latencies.to_finish,
        submit_to_start_seen,
        submit_to_finish_seen,
        server_cpu_seconds_per_1000_jobs: cpu(server_before, server_after, workload.jobs),
        generator_cpu_seconds_per_1000_jobs: cpu(generator_before, generator_after, workload.jobs),
        server_peak_bytes: server_after.map(|stats| stats.peak_bytes),
        server_resident_bytes: server_after.map(|stats| stats.resident_bytes),
    })
}

/// Waits for the views, which follow the store: a job that they count as finished is finished in the store.
async fn await_end(client: &Client, before: &Stats, jobs: u64) -> Result<(), Failure> {
    let (mut last, mut last_change) = (0, Instant::now());
    loop {
        let now = client.stats().await?;
        let completed = now.completed_jobs.saturating_sub(before.completed_jobs);
        let ended = completed
            + now.failed_jobs.saturating_sub(before.failed_jobs)
            + now.cancelled_jobs.saturating_sub(before.cancelled_jobs);
        if ended >= jobs {
            return check_all_completed(completed, jobs);
        }
        if ended != last {
            (last, last_change) = (ended, Instant::now());
        } else if last_change.elapsed() > STALL_LIMIT {
            return Err(Failure::failed(format!(
                "{ended} of {jobs} jobs finished, then none for {STALL_LIMIT:?}"
            )));
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

fn check_all_completed(completed: u64, jobs: u64) -> Result<(), Failure> {
    if completed == jobs {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{completed} of {jobs} jobs completed; the others failed or were cancelled"
    )))
}

fn cpu(before: Option<ProcessStats>, after: Option<ProcessStats>, jobs: u64) -> Option<f64> {
    let spent = after?.cpu.saturating_sub(before?.cpu);
    Some(spent.as_secs_f64() * 1000.0 / jobs as f64)
}
