use std::time::Duration;

use tokio::time::Instant;

use super::scenario::{Load, Scenario};
use super::targets::Targets;
use super::timeline::Timeline;
use super::{alerts, queues, targets};
use crate::commands::deployment::{Deployment, until};
use crate::exit::Exit;
use crate::failure::Failure;

/// Longest wait for the first evaluation of the rules.
const FIRST_EVALUATION: Duration = Duration::from_secs(20);

/// Longest wait for the end of an alert whose cause was removed.
const RESOLUTION: Duration = Duration::from_secs(90);

/// Checks that the deployment answers, supports the drill, and has no such alert yet. Cancels the jobs that earlier drills
/// have left behind.
pub(super) async fn prepare<'a>(
    deployment: &'a Deployment,
    scenario: &Scenario,
    timeline: &Timeline,
) -> Result<(Targets<'a>, Scenario), Failure> {
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
    let cancelled = queues::cancel_leftovers(deployment).await.map_err(|why| {
        Failure::failed("the jobs of an earlier drill cannot be cancelled").cause(why)
    })?;
    if cancelled > 0 {
        timeline.note(format!(
            "cancelled {cancelled} jobs that an earlier drill has left behind"
        ));
    }
    let scenario = match scenario.load {
        Load::Flood => {
            let queue = queues::free_flood_queue(deployment).await;
            let busy = |why| Failure::failed("the flood has no queue").cause(why);
            scenario.in_queue(queue.map_err(busy)?)
        }
        _ => *scenario,
    };
    // A deployment that has just been started has not evaluated the rules yet.
    let alert = until(Instant::now() + FIRST_EVALUATION, async || {
        alerts::current(deployment, &scenario).await
    });
    let Some(alert) = alert.await.map_err(unusable)? else {
        return Ok((targets, scenario));
    };
    let resolved = async {
        let deadline = Instant::now() + RESOLUTION;
        until(deadline, async || {
            let active = alerts::current(deployment, &scenario).await?;
            active.map_or(Ok(()), |alert| Err(alert.summary))
        })
        .await
    };
    if cancelled > 0 && resolved.await.is_ok() {
        return Ok((targets, scenario));
    }
    let what = format!("the alert {} is active already", scenario.alert);
    Err(Failure::failed(what)
        .cause(alert.summary)
        .hint("wait until it is resolved, or resolve what causes it"))
}
