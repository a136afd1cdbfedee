use std::pin::pin;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::aspect::Aspect;
use super::cleanup;
use super::submission::submit;
use super::work::{QUEUE, TAG, Work, new_id};
use crate::commands::deployment::Deployment;

const PERIOD: Duration = Duration::from_secs(1);

/// Longest wait for the removal of jobs.
const CLEANUP_LIMIT: Duration = Duration::from_secs(5);

/// Runs the checks under a small load, so that every rate has data: one job that is retried and one that fails at the start,
/// and a job of the followed type each second after `ordinary_may_start`. The unusual ones are removed afterwards where that
/// is possible.
pub(super) async fn during(
    deployment: &Deployment,
    work: &Work,
    others: impl Future<Output = Vec<Option<Aspect>>>,
    alert: impl Future<Output = Option<Aspect>>,
    ordinary_may_start: &Notify,
) -> (Vec<Option<Aspect>>, Option<Aspect>) {
    let exceptional = [
        json!({"id": new_id(), "type": "flaky", "payload": {"failures": 1}, "tags": [TAG], "queue": QUEUE}),
        json!({"id": new_id(), "type": "fail", "payload": {"message": "the gate asked for it", "permanent": true}, "tags": [TAG], "queue": QUEUE}),
    ];
    let checks = async { tokio::join!(others, alert) };
    let load = async {
        for body in &exceptional {
            let _ = submit(deployment, body).await;
        }
        ordinary_may_start.notified().await;
        let mut tick = interval(PERIOD);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            let _ = submit(deployment, &ordinary(work)).await;
        }
    };
    let (mut checks, mut load) = (pin!(checks), pin!(load));
    let (others, alert) = tokio::select! {
        results = &mut checks => results,
        () = &mut load => unreachable!("the load does not end"),
    };
    let _ = timeout(CLEANUP_LIMIT, cleanup::remove(deployment, &exceptional)).await;
    (others, alert)
}

fn ordinary(work: &Work) -> Value {
    json!({"id": new_id(), "type": work.job_type, "payload": work.payload, "tags": [TAG]})
}
