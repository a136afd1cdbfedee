//! Random sequences of commands, applied to the pure job state.

use std::sync::Arc;

use odd_contracts::{CorrelationId, FailureReason, JobId, JobStatus, Progress, Timestamp};
use odd_core::{
    AttemptResult, Cancellation, Change, JobState, NewJob, Refusal, RetryPolicy, StartAt,
    StoreTime, VersionedChange, machine,
};
use proptest::prelude::*;
use uuid::Uuid;

/// One command with its arguments.
#[derive(Debug, Clone)]
enum Command {
    Promote,
    Start,
    RefusePayload,
    RecordProgress(f64),
    EndAttempt(AttemptResult, f64),
    Cancel,
    Retry,
    DropDeadLetter,
}

impl Command {
    fn apply(&self, job: &mut JobState, now: StoreTime) -> Result<Vec<VersionedChange>, Refusal> {
        Ok(match self {
            Self::Promote => vec![job.promote(now)?],
            Self::Start => Vec::from(job.start(&Arc::from("worker"), now)?),
            Self::RefusePayload => vec![job.refuse_payload("not a number".into())?],
            Self::RecordProgress(fraction) => vec![job.record_progress(Progress {
                fraction: *fraction,
                message: None,
            })?],
            Self::EndAttempt(result, jitter) => vec![job.end_attempt(result, *jitter, now)?],
            Self::Cancel => match job.cancel()? {
                Cancellation::Cancelled(change) => vec![change],
                Cancellation::StopRequested => Vec::new(),
            },
            Self::Retry => vec![job.retry(now)?],
            Self::DropDeadLetter => {
                job.drop_dead_letter()?;
                Vec::new()
            }
        })
    }
}

/// A command, the state before and after it, and its outcome.
struct Step {
    command: Command,
    before: JobState,
    after: JobState,
    outcome: Result<Vec<VersionedChange>, Refusal>,
}

pub(super) fn new_job(max_attempts: u32, delay_ms: u64) -> NewJob {
    NewJob {
        id: JobId(Uuid::nil()),
        job_type: "work".parse().expect("a job type"),
        queue: "q".parse().expect("a queue name"),
        priority: 0,
        payload: None,
        start_at: StartAt::AfterMillis(delay_ms),
        max_attempts,
        timeout_ms: 1_000,
        retry_override: None,
        retry: RetryPolicy::default(),
        unique_key: None,
        tags: Vec::new(),
        metadata: std::collections::BTreeMap::new(),
        correlation_id: CorrelationId(Uuid::nil()),
        trace: None,
        idempotency_key: None,
        fingerprint: None,
    }
}

/// Applies the commands one second apart to a new job.
fn play(new: &NewJob, commands: Vec<Command>) -> (VersionedChange, Vec<Step>) {
    let mut now = Timestamp::from_micros(0);
    let (mut job, created) = JobState::submit(new, StoreTime::of(now));
    let steps = commands.into_iter().map(|command| {
        now = now.plus_millis(1_000);
        let before = job.clone();
        let outcome = command.apply(&mut job, StoreTime::of(now));
        Step {
            command,
            before,
            after: job.clone(),
            outcome,
        }
    });
    let steps = steps.collect();
    (created, steps)
}

fn results() -> impl Strategy<Value = AttemptResult> {
    let failed = (
        proptest::sample::select(FailureReason::ALL.to_vec()),
        proptest::option::of(0_u64..10_000),
    );
    prop_oneof![
        1 => Just(AttemptResult::Succeeded { result: None }),
        4 => failed.prop_map(|(reason, retry_after_ms)| AttemptResult::Failed {
            reason,
            message: "failed".into(),
            retry_after_ms,
        }),
        1 => Just(AttemptResult::Cancelled),
        2 => Just(AttemptResult::Released),
        2 => Just(AttemptResult::Lost),
    ]
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let command = prop_oneof![
        3 => Just(Command::Promote),
        6 => Just(Command::Start),
        1 => Just(Command::RefusePayload),
        1 => (0.0..=1.0).prop_map(Command::RecordProgress),
        6 => (results(), 0.0..1.0).prop_map(|(result, jitter)| Command::EndAttempt(result, jitter)),
        1 => Just(Command::Cancel),
        2 => Just(Command::Retry),
        1 => Just(Command::DropDeadLetter),
    ];
    proptest::collection::vec(command, 0..60)
}

fn jobs() -> impl Strategy<Value = NewJob> {
    (1_u32..5, prop_oneof![Just(0), Just(500_u64)])
        .prop_map(|(max_attempts, delay_ms)| new_job(max_attempts, delay_ms))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_recorded_change_is_legal_and_follows_the_one_before(new in jobs(), commands in commands()) {
        let (created, steps) = play(&new, commands);
        prop_assert!(machine::is_legal(None, created.change.event_type(), created.change.status()));
        let (mut version, mut status) = (created.version, created.change.status());
        prop_assert_eq!(version, 1);
        for step in steps {
            for change in step.outcome.unwrap_or_default() {
                let next = change.change.status();
                prop_assert_eq!(change.version, version + 1);
                prop_assert_eq!(change.previous_status, Some(status));
                prop_assert!(machine::is_legal(Some(status), change.change.event_type(), next), "{:?}", change);
                (version, status) = (change.version, next);
            }
            prop_assert_eq!((step.after.version, step.after.status), (version, status));
        }
    }

    #[test]
    fn refused_commands_change_nothing(new in jobs(), commands in commands()) {
        for step in play(&new, commands).1 {
            if let Err(refusal) = step.outcome {
                prop_assert_eq!(refusal.status, step.before.status);
                prop_assert_eq!(step.before, step.after);
            }
        }
    }

    #[test]
    fn commands_are_accepted_where_the_table_has_a_transition(new in jobs(), commands in commands()) {
        use JobStatus as S;
        for step in play(&new, commands).1 {
            let status = step.before.status;
            let is_legal = match step.command {
                Command::Promote => matches!(status, S::Scheduled | S::Retrying),
                Command::Start | Command::RefusePayload => status == S::Pending,
                Command::RecordProgress(_) | Command::EndAttempt(..) => status == S::Executing,
                Command::Cancel => machine::can_cancel(status),
                Command::Retry => machine::can_retry(status),
                Command::DropDeadLetter => step.before.dead_lettered,
            };
            prop_assert_eq!(step.outcome.is_ok(), is_legal, "{:?} while {}", step.command, status);
        }
    }

    #[test]
    fn terminal_statuses_are_left_only_by_a_retry(new in jobs(), commands in commands()) {
        for step in play(&new, commands).1 {
            if step.before.status.is_terminal() && step.before.version != step.after.version {
                prop_assert!(matches!(step.command, Command::Retry), "{:?}", step.command);
                prop_assert_ne!(step.before.status, JobStatus::Completed);
                prop_assert_eq!(step.after.run, step.before.run + 1);
            }
        }
    }

    /// Stores write starts and successful ends with statements of their own, which name these fields: `START` and
    /// `COMPLETE` on PostgreSQL, `complete_jobs` on SQLite.
    #[test]
    fn starts_and_successful_ends_change_only_the_fields_that_stores_write(new in jobs(), commands in commands()) {
        let mut now = Timestamp::from_micros(0);
        for Step { command, before, after, outcome } in play(&new, commands).1 {
            now = now.plus_millis(1_000);
            if outcome.is_err() {
                continue;
            }
            let expected = match command {
                Command::Start => JobState {
                    status: JobStatus::Executing,
                    version: before.version + 2,
                    attempt: before.attempt + 1,
                    started_at: Some(now),
                    progress: None,
                    ..before
                },
                Command::EndAttempt(AttemptResult::Succeeded { .. }, _) => JobState {
                    status: JobStatus::Completed,
                    version: before.version + 1,
                    cancel_requested: false,
                    ..before
                },
                _ => continue,
            };
            prop_assert_eq!(after, expected);
        }
    }

    #[test]
    fn a_run_starts_at_most_its_counted_attempts(new in jobs(), commands in commands()) {
        let (mut run, mut counted) = (1, 0);
        for step in play(&new, commands).1 {
            if step.after.run != run {
                (run, counted) = (step.after.run, 0);
            }
            let was_released = matches!(&step.command, Command::EndAttempt(AttemptResult::Released, _));
            match &step.outcome {
                Ok(_) if matches!(step.command, Command::Start) => {
                    prop_assert_eq!(step.after.attempt, step.before.attempt + 1);
                    counted += 1;
                    prop_assert_eq!(step.after.attempt_of_run(), counted);
                    prop_assert_eq!(step.after.is_last_attempt(), counted == new.max_attempts);
                }
                Ok(_) if was_released && step.after.status == JobStatus::Pending => counted -= 1,
                _ => prop_assert_eq!(step.after.attempt, step.before.attempt),
            }
            prop_assert!(counted <= new.max_attempts);
            prop_assert!(step.after.attempt <= step.after.attempt_limit);
        }
    }

    #[test]
    fn a_requested_cancel_wins_over_every_result_but_success(new in jobs(), commands in commands()) {
        for step in play(&new, commands).1 {
            let Command::EndAttempt(result, _) = &step.command else { continue };
            if step.before.cancel_requested && step.outcome.is_ok() {
                let expected = match result {
                    AttemptResult::Succeeded { .. } => JobStatus::Completed,
                    _ => JobStatus::Cancelled,
                };
                prop_assert_eq!(step.after.status, expected);
            }
        }
    }

    #[test]
    fn only_running_jobs_are_asked_to_stop_and_only_failed_jobs_are_dead_letters(
        new in jobs(),
        commands in commands(),
    ) {
        for step in play(&new, commands).1 {
            let job = step.after;
            prop_assert!(!job.cancel_requested || job.status == JobStatus::Executing, "{:?}", job);
            prop_assert!(!job.dead_lettered || job.status == JobStatus::Failed, "{:?}", job);
            let has_just_failed = job.status == JobStatus::Failed && step.before.status != job.status;
            prop_assert!(!has_just_failed || (job.dead_lettered && job.error.is_some()), "{:?}", job);
        }
    }

    #[test]
    fn a_retry_is_due_when_its_event_says(new in jobs(), commands in commands()) {
        for step in play(&new, commands).1 {
            for change in step.outcome.unwrap_or_default() {
                if let Change::Retrying { run_at, .. } = change.change {
                    prop_assert_eq!(step.after.due_at, run_at);
                }
            }
        }
    }
}
