use std::time::Duration;

use crate::commands::bench::process_stats::ProcessStats;
use crate::commands::bench::report::Report;
use crate::commands::bench::server::Server;
use crate::failure::Failure;

/// Time for what was started or loaded to come to rest.
const SETTLE: Duration = Duration::from_secs(2);

/// The kernel counts in steps of 10 ms: over 10 s that is a tenth of a percent.
const WATCH: Duration = Duration::from_secs(10);

/// CPU time of a server that has nothing to do, as a share of one core.
pub(super) async fn idle(server: Option<&Server>) -> Result<Option<f64>, Failure> {
    let Some(server) = server else {
        return Ok(None);
    };
    tokio::time::sleep(SETTLE).await;
    let before = ProcessStats::of(server.pid());
    tokio::time::sleep(WATCH).await;
    let after = ProcessStats::of(server.pid());
    Ok(before
        .zip(after)
        .map(|(before, after)| (after.cpu - before.cpu).as_secs_f64() / WATCH.as_secs_f64()))
}

/// Restarts the server on what the rounds left, and watches it rest.
pub(super) async fn measure_loaded(
    server: &mut Server,
    report: &mut Report,
) -> Result<(), Failure> {
    server.restart().await?;
    report.ready_loaded_seconds = Some(server.ready_after().as_secs_f64());
    report.idle_loaded = idle(Some(server)).await?;
    Ok(())
}
