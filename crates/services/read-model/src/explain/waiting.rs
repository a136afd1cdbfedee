use odd_contracts::{Cause, CauseCode};
use odd_core::ports::WaitingBehind;

use super::Facts;
use super::causes::cause;

/// What a ready job waits for. The most important first: without a worker the place in the queue is idle talk.
pub(super) fn waiting_causes(facts: &Facts) -> Vec<Cause> {
    let mut causes: Vec<Cause> = missing_worker(facts)
        .or_else(|| workers_busy(facts))
        .into_iter()
        .collect();
    causes.extend(facts.ahead.and_then(|ahead| waiting_behind(facts, ahead)));
    if causes.is_empty() {
        causes.push(ready(facts));
    }
    causes
}

fn missing_worker(facts: &Facts) -> Option<Cause> {
    if facts.live_workers.is_empty() {
        return Some(Cause {
            hint: Some("Start one: odd-dashboard up".to_owned()),
            ..cause(
                CauseCode::NoWorkerAlive,
                "No worker is running, so no job can start.",
            )
        });
    }
    if facts.suitable_workers().next().is_some() {
        return None;
    }
    let job_type = &facts.job.job_type;
    Some(Cause {
        hint: Some(format!(
            "Check the spelling of the type, and ODD_WORKER_TYPES; or start a worker with a handler for {job_type}."
        )),
        ..cause(
            CauseCode::NoWorkerForType,
            format!(
                "None of the live workers ({}) handles jobs of type {job_type}.",
                facts.live_workers.len()
            ),
        )
    })
}

fn workers_busy(facts: &Facts) -> Option<Cause> {
    let (busy, slots) = facts
        .suitable_workers()
        .fold((0u64, 0u64), |(busy, slots), worker| {
            let used = worker.busy.min(worker.concurrency);
            (
                busy + u64::from(used),
                slots + u64::from(worker.concurrency),
            )
        });
    (busy >= slots).then(|| Cause {
        hint: Some("Add workers, or raise ODD_WORKER_CONCURRENCY.".to_owned()),
        ..cause(
            CauseCode::WorkersBusy,
            format!("All {slots} places of the workers that handle its type are taken."),
        )
    })
}

fn waiting_behind(facts: &Facts, behind: WaitingBehind) -> Option<Cause> {
    if behind.ahead == 0 {
        return None;
    }
    let at_least = if behind.at_least { "at least " } else { "" };
    let verb = if behind.ahead == 1 { "comes" } else { "come" };
    Some(cause(
        CauseCode::WaitingBehind,
        format!(
            "In queue {} {at_least}{} {verb} first.",
            facts.job.queue,
            counted(behind.ahead, "job")
        ),
    ))
}

fn ready(facts: &Facts) -> Cause {
    Cause {
        since: Some(facts.job.updated_at),
        ..cause(
            CauseCode::Ready,
            "It is ready and a worker is free; it should start any moment.",
        )
    }
}

fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
