use odd_contracts::{EventType, FailureReason, RawJson};
use odd_core::AttemptResult;
use proptest::option::weighted;
use proptest::prelude::*;

/// An action of a client, a worker, an operator, or the passing of time.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// A batch of submissions.
    Submit(Vec<Submission>),
    /// A worker claims jobs.
    Claim { limit: usize, job_type: Option<u8> },
    /// A worker finishes an attempt; `nth` of all leases ever granted, so most become stale.
    Finish { nth: usize, ending: Ending },
    /// A worker renews the `nth` lease.
    Renew { nth: usize },
    /// A worker reports progress or log lines.
    Progress { nth: usize },
    /// An operator cancels the `nth` job.
    Cancel { nth: usize },
    /// An operator retries the `nth` job.
    Retry { nth: usize },
    /// An operator drops the `nth` job from the dead letters.
    Drop { nth: usize },
    /// Due jobs are promoted.
    Promote { limit: usize },
    /// Attempts with an expired lease are ended.
    Expire { limit: usize },
    /// Time passes.
    Advance { millis: u64 },
    /// Jobs that finished this long ago are pruned.
    Prune { age_ms: u64, limit: usize },
}

/// One submitted job.
#[derive(Debug, Clone)]
pub(super) struct Submission {
    job_type: u8,
    queue: u8,
    priority: i32,
    delay_ms: Option<u64>,
    max_attempts: u32,
    id: Option<u8>,
    unique_key: Option<u8>,
    /// Refused by admission.
    is_bad: bool,
}

/// How an attempt ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    Success,
    Failure(FailureReason),
    RetryAfter(u64),
    Cancelled,
    Released,
}

impl Submission {
    pub(super) fn json(&self) -> String {
        let Self {
            job_type,
            queue,
            priority,
            max_attempts,
            is_bad,
            ..
        } = self;
        let mut json = format!(
            r#"{{"type":"type-{job_type}","queue":"queue-{queue}","priority":{priority},"maxAttempts":{max_attempts},
                "retry":{{"baseDelayMs":400,"maxDelayMs":900}},"payload":{}"#,
            !is_bad
        );
        if let Some(delay) = self.delay_ms {
            json += &format!(r#","delayMs":{delay}"#);
        }
        if let Some(id) = self.id {
            json += &format!(r#","id":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c{id:02x}""#);
        }
        if let Some(key) = self.unique_key {
            json += &format!(r#","uniqueKey":"key-{key}""#);
        }
        json + "}"
    }
}

impl Ending {
    pub(super) fn result(self) -> AttemptResult {
        match self {
            Self::Success => AttemptResult::Succeeded {
                result: Some(RawJson::from_value(&true.into())),
            },
            Self::Failure(reason) => AttemptResult::Failed {
                reason,
                message: "no".into(),
                retry_after_ms: None,
            },
            Self::RetryAfter(millis) => AttemptResult::Failed {
                reason: FailureReason::Error,
                message: "later".into(),
                retry_after_ms: Some(millis),
            },
            Self::Cancelled => AttemptResult::Cancelled,
            Self::Released => AttemptResult::Released,
        }
    }
}

impl Command {
    /// Returns the types of events that the command may cause.
    pub(super) fn may_cause(&self) -> &'static [EventType] {
        use EventType as E;
        match self {
            Self::Submit(_) => &[E::Created],
            Self::Claim { .. } => &[E::Validated, E::Started, E::Failed],
            Self::Finish { .. } => &[
                E::Completed,
                E::Retrying,
                E::Failed,
                E::Cancelled,
                E::Requeued,
            ],
            Self::Progress { .. } => &[E::Progressed],
            Self::Cancel { .. } => &[E::Cancelled],
            Self::Retry { .. } => &[E::Requeued],
            Self::Promote { .. } => &[E::Due],
            Self::Expire { .. } => &[E::Requeued, E::Failed, E::Cancelled],
            Self::Renew { .. } | Self::Drop { .. } | Self::Advance { .. } | Self::Prune { .. } => {
                &[]
            }
        }
    }
}

fn any_submission() -> impl Strategy<Value = Submission> {
    (
        (
            0..3u8,
            0..2u8,
            -2..3i32,
            weighted(0.3, 1..2_000u64),
            1..4u32,
        ),
        (
            weighted(0.15, 0..4u8),
            weighted(0.2, 0..2u8),
            prop::bool::weighted(0.1),
        ),
    )
        .prop_map(
            |((job_type, queue, priority, delay_ms, max_attempts), (id, unique_key, is_bad))| {
                Submission {
                    job_type,
                    queue,
                    priority,
                    delay_ms,
                    max_attempts,
                    id,
                    unique_key,
                    is_bad,
                }
            },
        )
}

fn any_ending() -> impl Strategy<Value = Ending> {
    prop_oneof![
        3 => Just(Ending::Success),
        4 => prop::sample::select(FailureReason::ALL.as_slice()).prop_map(Ending::Failure),
        1 => (0..3_000u64).prop_map(Ending::RetryAfter),
        1 => Just(Ending::Cancelled),
        2 => Just(Ending::Released),
    ]
}

/// Generates commands in roughly realistic proportions, with many more failures.
pub(super) fn any_command() -> impl Strategy<Value = Command> {
    let nth = 0..1_000usize;
    prop_oneof![
        4 => prop::collection::vec(any_submission(), 1..4).prop_map(Command::Submit),
        6 => (1..4usize, weighted(0.2, 0..3u8))
            .prop_map(|(limit, job_type)| Command::Claim { limit, job_type }),
        8 => (nth.clone(), any_ending()).prop_map(|(nth, ending)| Command::Finish { nth, ending }),
        1 => nth.clone().prop_map(|nth| Command::Renew { nth }),
        1 => nth.clone().prop_map(|nth| Command::Progress { nth }),
        2 => nth.clone().prop_map(|nth| Command::Cancel { nth }),
        2 => nth.clone().prop_map(|nth| Command::Retry { nth }),
        1 => nth.prop_map(|nth| Command::Drop { nth }),
        3 => (1..5usize).prop_map(|limit| Command::Promote { limit }),
        2 => (1..5usize).prop_map(|limit| Command::Expire { limit }),
        4 => (1..1_500u64).prop_map(|millis| Command::Advance { millis }),
        1 => (0..2_000u64, 1..4usize).prop_map(|(age_ms, limit)| Command::Prune { age_ms, limit }),
    ]
}
