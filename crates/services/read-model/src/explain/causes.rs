use odd_contracts::{Cause, CauseCode, Explanation, FailureReason, Job, JobStatus};

use super::Facts;
use super::waiting::waiting_causes;

/// Why the job of `facts` is where it is.
pub(crate) fn explain(facts: &Facts) -> Explanation {
    let job = &facts.job;
    let mut causes = match job.status {
        JobStatus::Scheduled => vec![waiting_for_time(job)],
        JobStatus::Retrying => vec![backoff(job)],
        JobStatus::Pending => waiting_causes(facts),
        JobStatus::Validated => vec![about_to_start()],
        JobStatus::Executing => running_causes(facts),
        JobStatus::Completed => vec![completed(job)],
        JobStatus::Failed => vec![dead_letter(job)],
        JobStatus::Cancelled => vec![cancelled(job)],
    };
    if job.cancel_requested && !job.status.is_terminal() {
        causes.insert(0, cancel_requested());
    }
    Explanation {
        job_id: job.id,
        status: job.status,
        summary: causes[0].detail.clone(),
        causes,
        as_of: facts.now,
    }
}

/// A cause without hint and times.
pub(super) fn cause(code: CauseCode, detail: impl Into<String>) -> Cause {
    Cause {
        code,
        detail: detail.into(),
        hint: None,
        since: None,
        until: None,
    }
}

fn waiting_for_time(job: &Job) -> Cause {
    let detail = match job.run_at {
        Some(at) => format!("It was asked to start no earlier than {at}."),
        None => "It was asked to start later.".to_owned(),
    };
    Cause {
        since: Some(job.created_at),
        until: job.run_at,
        ..cause(CauseCode::WaitingForTime, detail)
    }
}

fn backoff(job: &Job) -> Cause {
    let error = last_error(job);
    let until = job.run_at.map(|at| format!(" until {at}"));
    let detail = format!(
        "Attempt {} failed ({error}); it pauses{} before the next.",
        job.attempt,
        until.unwrap_or_default(),
    );
    Cause {
        hint: Some("Nothing to do: the next attempt starts by itself.".to_owned()),
        since: Some(job.updated_at),
        until: job.run_at,
        ..cause(CauseCode::Backoff, detail)
    }
}

fn about_to_start() -> Cause {
    cause(
        CauseCode::Running,
        "A worker has taken it and is about to start it.",
    )
}

fn running_causes(facts: &Facts) -> Vec<Cause> {
    let job = &facts.job;
    let Some(attempt) = facts.running_attempt() else {
        return vec![about_to_start()];
    };
    let worker = &attempt.worker_id;
    let mut causes = vec![Cause {
        since: Some(attempt.started_at),
        until: Some(attempt.started_at.plus_millis(job.timeout_ms)),
        ..cause(
            CauseCode::Running,
            format!(
                "Attempt {} has been running on worker {worker} since {}.",
                attempt.attempt, attempt.started_at
            ),
        )
    }];
    if !facts.is_alive(worker) {
        causes.push(Cause {
            hint: Some(
                "Nothing to do: when the worker's lease expires, the job goes to another.".into(),
            ),
            ..cause(
                CauseCode::WorkerSilent,
                format!("Worker {worker} has not been heard of lately; it may have crashed."),
            )
        });
    }
    causes
}

fn cancel_requested() -> Cause {
    Cause {
        hint: Some(
            "A handler stops at its next safe point, at the latest at its time limit.".into(),
        ),
        ..cause(
            CauseCode::CancelRequested,
            "Somebody asked it to stop; its worker has been told.",
        )
    }
}

fn completed(job: &Job) -> Cause {
    let detail = match job.finished_at {
        Some(at) => format!("It finished well at {at}, in attempt {}.", job.attempt),
        None => format!("It finished well in attempt {}.", job.attempt),
    };
    Cause {
        since: job.finished_at,
        ..cause(CauseCode::Completed, detail)
    }
}

fn dead_letter(job: &Job) -> Cause {
    let why = match job.error.as_ref().map(|error| error.reason) {
        Some(FailureReason::Permanent) => "the failure is permanent",
        Some(FailureReason::InvalidPayload) => "its payload does not suit its type",
        _ => "no attempt was left",
    };
    let detail = format!(
        "It gave up after attempt {} because {why} ({}).",
        job.attempt,
        last_error(job)
    );
    Cause {
        hint: Some(format!(
            "Mend the reason, then start it again: odd-dashboard jobs retry {}",
            job.id
        )),
        since: job.finished_at,
        ..cause(CauseCode::DeadLetter, detail)
    }
}

fn cancelled(job: &Job) -> Cause {
    let detail = match job.finished_at {
        Some(at) => format!("It was cancelled at {at}."),
        None => "It was cancelled.".to_owned(),
    };
    Cause {
        hint: Some(format!(
            "To run it after all: odd-dashboard jobs retry {}",
            job.id
        )),
        since: job.finished_at,
        ..cause(CauseCode::Cancelled, detail)
    }
}

/// The last failure in one line: `timed_out: took longer than 5 s`.
fn last_error(job: &Job) -> String {
    const LONGEST: usize = 200;
    let Some(error) = &job.error else {
        return "no reason recorded".to_owned();
    };
    let line = error.message.lines().next().unwrap_or_default();
    let mut text: String = line.chars().take(LONGEST).collect();
    if line.chars().count() > LONGEST || error.message.lines().nth(1).is_some() {
        text.push('…');
    }
    match text.is_empty() {
        true => error.reason.as_str().to_owned(),
        false => format!("{}: {text}", error.reason.as_str()),
    }
}
