use odd_contracts::{Cause, CauseCode, counted};
use odd_core::ports::WaitingBehind;

use super::cause::cause;
use super::facts::Facts;

/// Returns what a ready job waits for, the most important cause first: without a worker, its position in the queue does not
/// matter.
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
            hint: Some("Start a worker: odd-dashboard up".to_owned()),
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
            "Check the spelling of the type and the setting ODD_WORKER_TYPES, or start a worker that handles {job_type}."
        )),
        ..cause(
            CauseCode::NoWorkerForType,
            format!("No running worker handles jobs of type {job_type}."),
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
            format!(
                "The workers that handle this job type are busy: {slots} of {slots} slots in use."
            ),
        )
    })
}

fn waiting_behind(facts: &Facts, behind: WaitingBehind) -> Option<Cause> {
    if behind.ahead == 0 {
        return None;
    }
    let at_least = if behind.at_least { "At least " } else { "" };
    let jobs = counted(behind.ahead, "job");
    let are = if behind.ahead == 1 { "is" } else { "are" };
    Some(cause(
        CauseCode::WaitingBehind,
        format!(
            "{at_least}{jobs} {are} ahead of it in queue {}.",
            facts.job.queue
        ),
    ))
}

fn ready(facts: &Facts) -> Cause {
    Cause {
        since: Some(facts.job.updated_at),
        ..cause(
            CauseCode::Ready,
            "The job is ready and a worker has a free slot; it should start immediately.",
        )
    }
}
