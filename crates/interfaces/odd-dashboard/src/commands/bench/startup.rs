use std::time::Duration;

use crate::commands::bench::process_stats::ProcessStats;
use crate::commands::bench::report::Report;
use crate::commands::bench::server::Server;
use crate::failure::Failure;

/// Pause before the measurement, for work that follows a start or a load.
const QUIET: Duration = Duration::from_secs(2);

/// Length of the measurement. The kernel counts CPU time in steps of 10 ms, which is 0.1 % of it.
const WATCH: Duration = Duration::from_secs(10);

/// Measures the CPU time of an idle server, as a share of one core.
pub(super) async fn idle(server: Option<&Server>) -> Result<Option<f64>, Failure> {
    let Some(server) = server else {
        return Ok(None);
    };
    tokio::time::sleep(QUIET).await;
    let before = ProcessStats::of(server.pid());
    tokio::time::sleep(WATCH).await;
    let after = ProcessStats::of(server.pid());
    Ok(before
        .zip(after)
        .map(|(before, after)| (after.cpu - before.cpu).as_secs_f64() / WATCH.as_secs_f64()))
}

/// Restarts the server on the data of the rounds, and measures the start and the idle CPU time.
pub(super) async fn measure_loaded(
    server: &mut Server,
    report: &mut Report,
) -> Result<(), Failure> {
    server.restart().await?;
    report.ready_loaded_seconds = Some(server.ready_after().as_secs_f64());
    report.idle_loaded = idle(Some(server)).await?;
    Ok(())
}
