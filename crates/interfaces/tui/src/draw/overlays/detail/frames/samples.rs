use odd_contracts::{
    AttemptOutcome, EventType, Explanation, FailureReason, Job, JobError, JobStatus, LogLine,
    LogStream, RawJson,
};

use super::screen::Screen;
use crate::data::LoadFailure;
use crate::fixtures::{attempt, event, job, second};
use crate::message::Loaded;
use crate::options::Options;

pub(super) fn json(text: &str) -> RawJson {
    RawJson::from_text(text.to_owned()).expect("JSON")
}

pub(super) fn failure(what: &str) -> LoadFailure {
    LoadFailure {
        what: what.to_owned(),
        cause: "no job has this id".to_owned(),
        hint: "check the id; finished jobs are removed after the retention period",
        is_unreachable: false,
    }
}

pub(super) fn error(message: &str) -> JobError {
    JobError {
        reason: FailureReason::Error,
        message: message.to_owned(),
    }
}

/// A job that failed after three attempts, with its events.
pub(super) fn failed_job() -> Job {
    let mut job = job(JobStatus::Failed);
    job.attempt = 3;
    job.priority = 5;
    job.tags = vec!["newsletter".to_owned(), "eu".to_owned()];
    job.metadata
        .insert("customer".to_owned(), "4711".to_owned());
    job.unique_key = Some("newsletter:4711".to_owned());
    job.started_at = Some(second(14));
    job.finished_at = Some(second(16));
    job.error = Some(error("smtp: 421 the server is busy, try again later"));
    let mut attempts = vec![
        attempt(1, AttemptOutcome::Failed, 1, Some(3)),
        attempt(2, AttemptOutcome::TimedOut, 6, Some(9)),
        attempt(3, AttemptOutcome::Failed, 14, Some(16)),
    ];
    for attempt in &mut attempts {
        attempt.error = job.error.clone();
    }
    job.attempts = Some(attempts);
    job.payload = Some(json(PAYLOAD));
    job
}

pub(super) const PAYLOAD: &str = r#"{"to": ["ana@example.com", "bo@example.com"], "id": 9007199254740993.10, "options": {"html": true, "retry": null, "headers": {}}, "body": "Dear customer, the observatory that you ordered is ready to be collected at our shop in the old town. Bring \u0041 bag."}"#;

pub(super) fn failed_screen(width: u16, height: u16, options: Options) -> Screen {
    let mut screen = Screen::with(width, height, options);
    let job = failed_job();
    let mut created = event(1, EventType::Created, 0);
    created.payload.status = JobStatus::Pending;
    let mut events = vec![created];
    for (version, kind, status, at) in [
        (2, EventType::Validated, JobStatus::Validated, 1),
        (3, EventType::Started, JobStatus::Executing, 1),
        (4, EventType::Retrying, JobStatus::Retrying, 3),
        (5, EventType::Validated, JobStatus::Validated, 6),
        (6, EventType::Started, JobStatus::Executing, 6),
        (7, EventType::Retrying, JobStatus::Retrying, 9),
        (8, EventType::Validated, JobStatus::Validated, 14),
        (9, EventType::Started, JobStatus::Executing, 14),
        (10, EventType::Failed, JobStatus::Failed, 16),
    ] {
        let mut event = event(version, kind, at);
        event.payload.attempt =
            Some((version + 1) / 3).filter(|attempt| *attempt > 0 && kind != EventType::Validated);
        event.payload.status = status;
        if kind == EventType::Retrying {
            event.payload.run_at = Some(second(at + 2));
        }
        events.push(event);
    }
    screen.take_job(&job);
    screen.take(Loaded::JobEvents(job.id, Ok(events)));
    let explanation = explanation(
        "FAILED",
        r#"{"code": "dead_letter", "detail": "All 3 attempts failed; the job is a dead letter.", "hint": "fix the cause, then retry it: odd-dashboard dlq replay"}"#,
    );
    screen.take(Loaded::Explanation(job.id, Ok(explanation)));
    screen
}

pub(super) fn explanation(status: &str, causes: &str) -> Explanation {
    let id = job(JobStatus::Pending).id;
    let text = format!(
        r#"{{"jobId": "{id}", "status": "{status}", "summary": "", "causes": [{causes}], "asOf": "{}"}}"#,
        second(20)
    );
    serde_json::from_str(&text).expect("an explanation")
}

pub(super) fn log_line(at: i64, stream: LogStream, line: &str) -> LogLine {
    LogLine {
        at: second(at),
        stream,
        line: line.to_owned(),
    }
}
