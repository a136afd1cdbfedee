use odd_client::{ShortIds, inert, inert_json};
use odd_contracts::{AttemptOutcome, Job, JobAttempt, LogLine};

use super::duration::took;
use super::table::colour_statuses;
use crate::output::{Cell, Column, Layout, Table, pairs, status_cell};

/// Renders one line per job.
pub(crate) fn job_table(jobs: &[Job], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::whole("ID"),
        Column::cut_to("TYPE", 10),
        Column::whole("STATUS"),
        Column::whole("ATTEMPT").rank(3),
        Column::cut_to("QUEUE", 10).rank(2),
        Column::whole("CREATED").rank(1),
        Column::cut_to("TAGS", 12).rank(4),
    ]);
    let short = ShortIds::of(jobs.iter().map(|job| job.id));
    for job in jobs {
        table.row(vec![
            Cell::id(job.id, &short),
            job.job_type.to_string().into(),
            status_cell(job.status, false).into(),
            all_attempts_cell(job).into(),
            job.queue.to_string().into(),
            Cell::time(job.created_at),
            inert(&job.tags.join(",")).into_owned().into(),
        ]);
    }
    table.render_in(layout)
}

/// Renders everything about one job.
pub(crate) fn job_detail(job: &Job, layout: Layout) -> String {
    let mut rows = vec![
        ("id", job.id.to_string()),
        ("type", job.job_type.to_string()),
        ("status", status_cell(job.status, false)),
        ("queue", job.queue.to_string()),
        ("priority", job.priority.to_string()),
        ("attempt", attempts_cell(job)),
        ("created", job.created_at.to_string()),
    ];
    let optional = [
        ("runs at", job.run_at.map(|at| at.to_string())),
        ("started", job.started_at.map(|at| at.to_string())),
        ("finished", job.finished_at.map(|at| at.to_string())),
        ("unique key", job.unique_key.clone()),
        ("tags", (!job.tags.is_empty()).then(|| job.tags.join(", "))),
        (
            "progress",
            job.progress.as_ref().map(|progress| {
                let message = progress.message.as_deref().unwrap_or_default();
                format!("{:.0} % {message}", progress.fraction * 100.0)
            }),
        ),
        (
            "last error",
            job.error
                .as_ref()
                .map(|error| format!("{} ({})", error.message, error.reason.as_str())),
        ),
    ];
    rows.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, inert(&value?).into_owned()))),
    );
    for (name, json) in [("payload", &job.payload), ("result", &job.result)] {
        rows.extend(
            json.as_ref()
                .map(|json| (name, inert(&inert_json(json.get())).into_owned())),
        );
    }
    let mut text = colour_statuses(pairs(&rows), layout.colour);
    if let Some(attempts) = job
        .attempts
        .as_ref()
        .filter(|attempts| !attempts.is_empty())
    {
        text.push('\n');
        if attempts.len() < job.attempt as usize {
            let (shown, total) = (attempts.len(), job.attempt);
            text.push_str(&format!("the newest {shown} of {total} attempts:\n"));
        }
        text.push_str(&attempt_table(attempts, layout));
    }
    text
}

/// Renders how many of the allowed attempts a job has used. The limit holds for one run and excludes released attempts: where
/// these or earlier runs add to the total, the total follows.
fn attempts_cell(job: &Job) -> String {
    let (total, limit) = (job.attempt, job.max_attempts);
    match counted_attempts(job) {
        Some(counted) if counted == total => format!("{counted}/{limit}"),
        Some(counted) => format!("{counted}/{limit} ({total} in total)"),
        None => all_attempts_cell(job),
    }
}

/// Renders how many attempts a job has begun. The job may lack the attempts, as in lists, so which of them count
/// against the limit is unknown.
pub(crate) fn all_attempts_cell(job: &Job) -> String {
    match job.run {
        1 => job.attempt.to_string(),
        runs => format!("{} in {runs} runs", job.attempt),
    }
}

/// Returns the number of attempts in the current run that count against the limit. Returns `None` if the job does not contain
/// all of them: lists omit attempts, and other answers contain the newest 100.
fn counted_attempts(job: &Job) -> Option<u32> {
    let attempts = job.attempts.as_ref()?;
    let is_complete = job.attempt == 0
        || attempts
            .iter()
            .any(|attempt| attempt.attempt == 1 || attempt.run < job.run);
    let counted = attempts
        .iter()
        .filter(|attempt| attempt.run == job.run && attempt.outcome != AttemptOutcome::Released);
    is_complete.then(|| u32::try_from(counted.count()).unwrap_or(u32::MAX))
}

/// One line of a log.
pub(crate) fn log_line(line: &LogLine) -> String {
    let stream = line.stream.as_str();
    format!("{} {stream}: {}", line.at, inert(&line.line))
}

fn attempt_table(attempts: &[JobAttempt], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::whole("ATTEMPT"),
        Column::whole("RUN").rank(4),
        Column::whole("OUTCOME"),
        Column::whole("STARTED").rank(1),
        Column::whole("TOOK").rank(2),
        Column::whole("LOG LINES").rank(3),
        Column::cut_to("WORKER", 8).rank(5),
        Column::cut_to("ERROR", 12),
    ]);
    for attempt in attempts {
        let error = attempt.error.as_ref().map_or("", |error| &error.message);
        table.row(vec![
            attempt.attempt.to_string().into(),
            attempt.run.to_string().into(),
            attempt.outcome.as_str().into(),
            Cell::time(attempt.started_at),
            attempt.duration_ms.map_or_else(String::new, took).into(),
            attempt.log_lines.to_string().into(),
            inert(&attempt.worker_id).into_owned().into(),
            inert(error).into_owned().into(),
        ]);
    }
    table.render_in(layout)
}

#[cfg(test)]
mod tests {
    use odd_contracts::EventEnvelope;

    use super::super::cut::display_width;
    use super::*;
    use crate::output::event_line;

    const PLAIN: Layout = Layout {
        colour: false,
        width: None,
    };

    fn job() -> Job {
        serde_json::from_value(serde_json::json!({
            "id": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11", "type": "render", "queue": "slow", "status": "RETRYING",
            "version": 5, "priority": 3, "attempt": 1, "maxAttempts": 4, "run": 1, "timeoutMs": 1000,
            "createdAt": "2026-01-31T12:00:00.000000Z", "updatedAt": "2026-01-31T12:00:02.000000Z",
            "runAt": "2026-01-31T12:00:07.250000Z", "startedAt": "2026-01-31T12:00:01.000000Z",
            "correlationId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c12", "uniqueKey": "a\u{1b}[2Jb",
            "tags": ["nightly", "t\u{202e}wo"], "progress": {"fraction": 0.25, "message": "page 1 of 4"},
            "payload": {"pages": 4, "title": "naïve \u{9b}31m"},
            "error": {"reason": "timed_out", "message": "too\nslow"},
            "attempts": [{
                "attempt": 1, "run": 1, "workerId": "worker-7", "outcome": "TIMEDOUT",
                "startedAt": "2026-01-31T12:00:01.000000Z", "finishedAt": "2026-01-31T12:00:02.000000Z",
                "durationMs": 1000.125, "error": {"reason": "timed_out", "message": "too\nslow"},
                "logLines": 12
            }]
        }))
        .expect("a job")
    }

    fn event() -> EventEnvelope {
        serde_json::from_value(serde_json::json!({
            "contractVersion": "1.0.0", "eventType": "job.retrying",
            "eventId": "0192f0c1-2f3b-5a51-b6a1-3f1f5a0c7c13", "occurredAt": "2026-01-31T12:00:02.000000Z",
            "producer": {"service": "processor", "instanceId": "i", "version": "0.1.0"},
            "correlationId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c12",
            "idempotencyKey": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11:5",
            "payload": {
                "jobId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11", "jobType": "render", "queue": "slow",
                "status": "RETRYING", "version": 5, "attempt": 1, "durationMs": 1000.125,
                "reason": "timed_out", "message": "too\nslow\u{1b}[31m", "runAt": "2026-01-31T12:00:03.000000Z"
            }
        }))
        .expect("an event")
    }

    fn line() -> LogLine {
        serde_json::from_value(serde_json::json!({
            "at": "2026-01-31T12:00:01.500000Z", "stream": "stderr", "line": "\u{1b}]0;owned\u{7}"
        }))
        .expect("a log line")
    }

    /// A job in `run` with these attempts, each as its run and outcome, and the same job in a list.
    fn detailed_and_listed(run: u32, attempts: &[(u32, AttemptOutcome)]) -> (Job, Job) {
        let mut detailed = job();
        let template = detailed.attempts.take().expect("one attempt").remove(0);
        let numbered = (1..).zip(attempts).map(|(number, (run, outcome))| {
            let mut attempt = template.clone();
            (attempt.attempt, attempt.run, attempt.outcome) = (number, *run, *outcome);
            attempt
        });
        let numbered: Vec<JobAttempt> = numbered.collect();
        (detailed.attempt, detailed.run) = (u32::try_from(numbered.len()).expect("few"), run);
        let listed = detailed.clone();
        detailed.attempts = Some(numbered);
        (detailed, listed)
    }

    #[test]
    fn attempts_of_earlier_runs_and_released_ones_do_not_count_against_the_limit() {
        use AttemptOutcome::{Failed, Released, Running};
        let cells = |run, attempts: &[_]| {
            let (detailed, listed) = detailed_and_listed(run, attempts);
            (attempts_cell(&detailed), all_attempts_cell(&listed))
        };
        let expected = |detailed: &str, listed: &str| (detailed.to_owned(), listed.to_owned());

        let mut attempts = vec![];
        assert_eq!(cells(1, &attempts), expected("0/4", "0"));
        attempts.push((1, Failed));
        assert_eq!(cells(1, &attempts), expected("1/4", "1"));
        attempts.extend([(1, Released), (1, Failed), (1, Failed)]);
        assert_eq!(cells(1, &attempts), expected("3/4 (4 in total)", "4"));
        attempts.push((1, Failed));
        assert_eq!(cells(1, &attempts), expected("4/4 (5 in total)", "5"));
        attempts.extend([(2, Released), (2, Failed), (2, Released), (2, Running)]);
        assert_eq!(
            cells(2, &attempts),
            expected("2/4 (9 in total)", "9 in 2 runs")
        );
    }

    #[test]
    fn attempts_are_not_counted_when_the_oldest_of_the_run_are_missing() {
        let released = [(1, AttemptOutcome::Released); 5];
        let (mut job, _) = detailed_and_listed(1, &released);
        job.attempts.as_mut().expect("the newest").remove(0);
        assert_eq!(attempts_cell(&job), "5");
        let detail = job_detail(&job, PLAIN);
        assert!(
            detail.contains("\nthe newest 4 of 5 attempts:\nATTEMPT "),
            "{detail}"
        );
    }

    #[test]
    fn complete_attempts_are_shown_without_a_note() {
        let (job, _) = detailed_and_listed(1, &[(1, AttemptOutcome::Failed)]);
        assert!(!job_detail(&job, PLAIN).contains("the newest"));
    }

    #[test]
    fn jobs_and_events_fit_the_terminal() {
        let mut wide = job();
        wide.error.as_mut().expect("an error").message = "長い".repeat(60);
        let attempts = wide.attempts.as_mut().expect("attempts");
        attempts[0].error.as_mut().expect("an error").message = "長い".repeat(60);
        for width in [40, 80, 200] {
            let layout = Layout {
                width: Some(width),
                ..PLAIN
            };
            let (_, attempts) = job_detail(&wide, layout)
                .split_once("\n\n")
                .map(|(detail, attempts)| (detail.to_owned(), attempts.to_owned()))
                .expect("attempts");
            let text = format!(
                "{}{attempts}{}",
                job_table(&[job(), wide.clone()], layout),
                event_line(&event(), layout)
            );
            for line in text.lines() {
                assert!(display_width(line) <= width, "{width}:\n{text}");
            }
        }
    }

    #[test]
    fn jobs_logs_and_events_are_complete_and_inert() {
        insta::assert_snapshot!(format!(
            "{}\n{}\n{}\n{}",
            job_table(&[job(), job()], PLAIN),
            job_detail(&job(), PLAIN),
            log_line(&line()),
            event_line(
                &event(),
                Layout {
                    colour: true,
                    ..PLAIN
                }
            )
            .replace('\u{1b}', "<ESC>"),
        ));
    }
}
