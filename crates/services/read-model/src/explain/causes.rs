use odd_contracts::{Cause, CauseCode, Explanation, FailureReason, Job, JobStatus, Timestamp};

use super::cause::cause;
use super::facts::Facts;
use super::waiting::waiting_causes;

/// Explains why the job of `facts` is in its current state.
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

fn waiting_for_time(job: &Job) -> Cause {
    let detail = match job.run_at {
        Some(at) => format!("The job will not start before {}.", seconds(at)),
        None => "The job is scheduled to start later.".to_owned(),
    };
    Cause {
        since: Some(job.created_at),
        until: job.run_at,
        ..cause(CauseCode::WaitingForTime, detail)
    }
}

fn backoff(job: &Job) -> Cause {
    let next = match job.run_at {
        Some(at) => format!("the next attempt will not start before {}", seconds(at)),
        None => "another attempt follows".to_owned(),
    };
    let detail = format!(
        "Attempt {} failed ({}); {next}.",
        job.attempt,
        last_error(job)
    );
    Cause {
        hint: Some("No action needed: the next attempt starts automatically.".to_owned()),
        since: Some(job.updated_at),
        until: job.run_at,
        ..cause(CauseCode::Backoff, detail)
    }
}

fn about_to_start() -> Cause {
    cause(
        CauseCode::Running,
        "A worker has claimed the job and is about to start it.",
    )
}

fn running_causes(facts: &Facts) -> Vec<Cause> {
    let job = &facts.job;
    let Some(attempt) = facts.running_attempt() else {
        return vec![about_to_start()];
    };
    let worker = &attempt.worker_id;
    let lease = facts.lease_end.map(|end| {
        format!(
            " Its lease ends at {}, unless the worker renews it.",
            seconds(end)
        )
    });
    let mut causes = vec![Cause {
        since: Some(attempt.started_at),
        until: Some(attempt.started_at.plus_millis(job.timeout_ms)),
        ..cause(
            CauseCode::Running,
            format!(
                "Attempt {} has been running on worker {worker} since {}.{}",
                attempt.attempt,
                seconds(attempt.started_at),
                lease.unwrap_or_default()
            ),
        )
    }];
    if !facts.is_alive(worker) {
        causes.push(Cause {
            hint: Some(
                "No action needed: when the lease of the worker expires, another worker can claim the job.".into(),
            ),
            until: facts.lease_end,
            ..cause(
                CauseCode::WorkerSilent,
                format!("Worker {worker} has not reported recently; it may have crashed."),
            )
        });
    }
    causes
}

fn cancel_requested() -> Cause {
    Cause {
        hint: Some(
            "The handler stops when it next checks for cancellation, at the latest when the attempt times out.".into(),
        ),
        ..cause(
            CauseCode::CancelRequested,
            "Cancellation was requested; the worker has been notified.",
        )
    }
}

fn completed(job: &Job) -> Cause {
    let detail = match job.finished_at {
        Some(at) => format!(
            "The job completed at {}, in attempt {}.",
            seconds(at),
            job.attempt
        ),
        None => format!("The job completed in attempt {}.", job.attempt),
    };
    Cause {
        since: job.finished_at,
        ..cause(CauseCode::Completed, detail)
    }
}

fn dead_letter(job: &Job) -> Cause {
    let why = match job.error.as_ref().map(|error| error.reason) {
        Some(FailureReason::Permanent) => "the failure is permanent",
        Some(FailureReason::InvalidPayload) => "its payload is not valid for its type",
        _ => "no attempts are left",
    };
    let detail = format!(
        "The job failed after attempt {} because {why} ({}).",
        job.attempt,
        last_error(job)
    );
    Cause {
        hint: Some(format!(
            "Fix the cause, then run it again: odd-dashboard jobs retry {}",
            job.id
        )),
        since: job.finished_at,
        ..cause(CauseCode::DeadLetter, detail)
    }
}

fn cancelled(job: &Job) -> Cause {
    let detail = match job.finished_at {
        Some(at) => format!("The job was cancelled at {}.", seconds(at)),
        None => "The job was cancelled.".to_owned(),
    };
    Cause {
        hint: Some(format!(
            "To run it anyway: odd-dashboard jobs retry {}",
            job.id
        )),
        since: job.finished_at,
        ..cause(CauseCode::Cancelled, detail)
    }
}

/// Renders a time to the second.
fn seconds(at: Timestamp) -> String {
    let text = at.to_string();
    let seconds = text.split_once('.').map(|(seconds, _)| seconds);
    seconds.map_or(text.clone(), |seconds| format!("{seconds}Z"))
}

/// Returns the last failure in one line, such as `timed_out: took longer than 5 s`.
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
