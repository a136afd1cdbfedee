use odd_contracts::{
    AttemptOutcome, CauseCode, FailureReason, Job, JobAttempt, JobError, JobStatus, Timestamp,
};
use odd_core::ports::{WaitingBehind, WorkerRecord};
use odd_testkit::build::worker_record;

use super::{Facts, explain};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros((1_767_225_600 + seconds) * 1_000_000)
}

fn job(status: JobStatus) -> Job {
    let text = r#"{
        "id": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11", "type": "echo", "queue": "default",
        "status": "PENDING", "version": 3, "priority": 0, "attempt": 2, "maxAttempts": 5, "run": 1,
        "timeoutMs": 60000, "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:10Z",
        "correlationId": "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c12"
    }"#;
    let job: Job = serde_json::from_str(text).expect("a job");
    Job { status, ..job }
}

fn facts(job: Job) -> Facts {
    Facts {
        job,
        live_workers: vec![worker("w1", None, 4, 1)],
        ahead: Some(WaitingBehind {
            ahead: 0,
            at_least: false,
        }),
        lease_end: None,
        now: at(20),
    }
}

fn worker(id: &str, types: Option<&[&str]>, concurrency: u32, busy: u32) -> WorkerRecord {
    let types = types.map(|types| {
        types
            .iter()
            .map(|name| name.parse().expect("a type"))
            .collect()
    });
    WorkerRecord {
        types,
        concurrency,
        busy,
        ..worker_record(id, at(19))
    }
}

fn ahead(ahead: u64, at_least: bool) -> Option<WaitingBehind> {
    Some(WaitingBehind { ahead, at_least })
}

fn error(reason: FailureReason, message: &str) -> Option<JobError> {
    Some(JobError {
        reason,
        message: message.to_owned(),
    })
}

fn running_on(worker_id: &str) -> Job {
    Job {
        attempts: Some(vec![JobAttempt {
            attempt: 2,
            run: 1,
            worker_id: worker_id.to_owned(),
            outcome: AttemptOutcome::Running,
            started_at: at(10),
            finished_at: None,
            duration_ms: None,
            error: None,
            log_lines: 0,
        }]),
        ..job(JobStatus::Executing)
    }
}

/// Returns the codes in order, and the summary.
fn summarized(facts: &Facts) -> (Vec<CauseCode>, String) {
    let explanation = explain(facts);
    assert_eq!(explanation.summary, explanation.causes[0].detail);
    assert_eq!(explanation.as_of, facts.now);
    let codes = explanation.causes.iter().map(|cause| cause.code).collect();
    (codes, explanation.summary)
}

#[test]
fn ready_job_lists_what_it_waits_for() {
    use CauseCode::{NoWorkerAlive, NoWorkerForType, Ready, WaitingBehind, WorkersBusy};
    let pending = facts(job(JobStatus::Pending));
    let table = [
        (
            pending.clone(),
            vec![Ready],
            "The job is ready and a worker has a free slot; it should start immediately.",
        ),
        (
            Facts {
                live_workers: vec![],
                ahead: ahead(3, false),
                ..pending.clone()
            },
            vec![NoWorkerAlive, WaitingBehind],
            "No worker is running, so no job can start.",
        ),
        (
            Facts {
                live_workers: vec![worker("w1", Some(&["sleep"]), 4, 0)],
                ..pending.clone()
            },
            vec![NoWorkerForType],
            "No running worker handles jobs of type echo.",
        ),
        (
            Facts {
                live_workers: vec![
                    worker("w1", Some(&["echo"]), 4, 4),
                    worker("w2", Some(&["sleep"]), 4, 0),
                ],
                ahead: ahead(1, false),
                ..pending.clone()
            },
            vec![WorkersBusy, WaitingBehind],
            "The workers that handle this job type are busy: 4 of 4 slots in use.",
        ),
        (
            Facts {
                ahead: ahead(1, false),
                ..pending.clone()
            },
            vec![WaitingBehind],
            "1 job is ahead of it in queue default.",
        ),
        (
            Facts {
                ahead: ahead(1000, true),
                ..pending.clone()
            },
            vec![WaitingBehind],
            "At least 1000 jobs are ahead of it in queue default.",
        ),
    ];
    for (facts, codes, summary) in table {
        assert_eq!(summarized(&facts), (codes, summary.to_owned()));
    }
}

#[test]
fn delayed_job_names_its_start_time() {
    let scheduled = explain(&facts(Job {
        run_at: Some(at(60)),
        ..job(JobStatus::Scheduled)
    }));
    assert_eq!(scheduled.causes[0].code, CauseCode::WaitingForTime);
    assert_eq!(scheduled.causes[0].until, Some(at(60)));
    assert_eq!(
        scheduled.summary,
        "The job will not start before 2026-01-01T00:01:00Z."
    );

    let retrying = explain(&facts(Job {
        run_at: Some(at(30)),
        error: error(FailureReason::Error, "connection refused\nat line 1"),
        ..job(JobStatus::Retrying)
    }));
    assert_eq!(retrying.causes[0].until, Some(at(30)));
    assert_eq!(
        retrying.summary,
        "Attempt 2 failed (error: connection refused…); the next attempt will not start before 2026-01-01T00:00:30Z."
    );
}

#[test]
fn running_job_names_its_worker_and_reports_a_silent_one() {
    let (codes, summary) = summarized(&facts(running_on("w1")));
    assert_eq!(codes, [CauseCode::Running]);
    assert_eq!(
        summary,
        "Attempt 2 has been running on worker w1 since 2026-01-01T00:00:10Z."
    );
    let explanation = explain(&facts(running_on("w1")));
    assert_eq!(explanation.causes[0].until, Some(at(70)));

    let (codes, _) = summarized(&facts(running_on("gone")));
    assert_eq!(codes, [CauseCode::Running, CauseCode::WorkerSilent]);

    let asked = Job {
        cancel_requested: true,
        ..running_on("w1")
    };
    let (codes, _) = summarized(&facts(asked));
    assert_eq!(codes, [CauseCode::CancelRequested, CauseCode::Running]);
}

#[test]
fn end_of_the_lease_is_shown_while_a_job_runs() {
    let leased = Facts {
        lease_end: Some(at(25)),
        ..facts(running_on("gone"))
    };
    let explanation = explain(&leased);
    let expected = "Its lease ends at 2026-01-01T00:00:25Z, unless the worker renews it.";
    assert!(
        explanation.summary.ends_with(expected),
        "{}",
        explanation.summary
    );
    let silent = &explanation.causes[1];
    assert_eq!(silent.code, CauseCode::WorkerSilent);
    assert_eq!(silent.until, Some(at(25)));
}

#[test]
fn finished_job_names_its_outcome() {
    let finished = |status, error| {
        facts(Job {
            error,
            finished_at: Some(at(15)),
            ..job(status)
        })
    };
    let (codes, summary) = summarized(&finished(JobStatus::Completed, None));
    assert_eq!(codes, [CauseCode::Completed]);
    assert_eq!(
        summary,
        "The job completed at 2026-01-01T00:00:15Z, in attempt 2."
    );
    let (codes, _) = summarized(&finished(JobStatus::Cancelled, None));
    assert_eq!(codes, [CauseCode::Cancelled]);

    let table = [
        (
            FailureReason::Permanent,
            "404",
            "the failure is permanent (permanent: 404)",
        ),
        (
            FailureReason::InvalidPayload,
            "",
            "its payload is not valid for its type (invalid_payload)",
        ),
        (
            FailureReason::TimedOut,
            "too slow",
            "no attempts are left (timed_out: too slow)",
        ),
    ];
    for (reason, message, why) in table {
        let dead = finished(JobStatus::Failed, error(reason, message));
        let (codes, summary) = summarized(&dead);
        assert_eq!(codes, [CauseCode::DeadLetter]);
        assert_eq!(
            summary,
            format!("The job failed after attempt 2 because {why}.")
        );
        let hint = explain(&dead).causes[0].hint.clone().expect("a hint");
        assert!(hint.ends_with("jobs retry 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"));
    }
}

#[test]
fn every_status_has_an_explanation() {
    for status in JobStatus::ALL {
        let explanation = explain(&facts(job(status)));
        assert_eq!(explanation.status, status);
        assert!(!explanation.summary.is_empty());
    }
}

#[test]
fn long_errors_are_truncated() {
    let retrying = explain(&facts(Job {
        error: error(FailureReason::Error, &"é".repeat(4096)),
        ..job(JobStatus::Retrying)
    }));
    assert!(retrying.summary.chars().count() < 300);
}
