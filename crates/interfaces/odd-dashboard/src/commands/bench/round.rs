use std::time::Duration;

use odd_client::{Client, Url};
use odd_contracts::{EventType, Stats};
use serde::Serialize;
use tokio::time::Instant;

use crate::commands::bench::STALL_LIMIT;
use crate::commands::bench::connection::Target;
use crate::commands::bench::latency::{self, Percentiles};
use crate::commands::bench::load;
use crate::commands::bench::process_stats::ProcessStats;
use crate::commands::bench::seen::Seen;
use crate::commands::bench::workload::Workload;
use crate::failure::Failure;
use crate::settings::ClientSettings;

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// What one round measured.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Round {
    pub(super) jobs: u64,
    /// From the first submission to the last answer.
    pub(super) accepted_per_second: f64,
    /// From the first submission until the store has finished all and the views count them.
    pub(super) finished_per_second: f64,
    pub(super) seconds: f64,
    pub(super) submit_to_start: Option<Percentiles>,
    pub(super) submit_to_finish: Option<Percentiles>,
    /// Only under a steady load: until the event of the start arrived at a follower of the stream.
    pub(super) submit_to_start_seen: Option<Percentiles>,
    /// Only under a steady load: until the event of the end arrived at a follower of the stream.
    pub(super) submit_to_finish_seen: Option<Percentiles>,
    pub(super) server_cpu_seconds_per_1000_jobs: Option<f64>,
    pub(super) generator_cpu_seconds_per_1000_jobs: Option<f64>,
    pub(super) server_peak_bytes: Option<u64>,
    pub(super) server_resident_bytes: Option<u64>,
}

/// Submits a round and waits for its end.
///
/// # Errors
/// When a request fails, a job does not complete, or nothing moves any more.
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
    let seen = match workload.rate {
        Some(_) => Some((
            Seen::start(&client, EventType::Started).await?,
            Seen::start(&client, EventType::Completed).await?,
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
    let (submit_to_start_seen, submit_to_finish_seen) = match seen {
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

/// The views follow the store, so what they count is finished there.
async fn await_end(client: &Client, before: &Stats, jobs: u64) -> Result<(), Failure> {
    let (mut last, mut moved_at) = (0, Instant::now());
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
            (last, moved_at) = (ended, Instant::now());
        } else if moved_at.elapsed() > STALL_LIMIT {
            return Err(Failure::failed(format!(
                "{ended} of {jobs} jobs finished, then nothing for {STALL_LIMIT:?}"
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
        "{completed} jobs completed where {jobs} were submitted"
    )))
}

fn cpu(before: Option<ProcessStats>, after: Option<ProcessStats>, jobs: u64) -> Option<f64> {
    let spent = after?.cpu.saturating_sub(before?.cpu);
    Some(spent.as_secs_f64() * 1000.0 / jobs as f64)
}
