use std::collections::BTreeMap;

use odd_contracts::{
    CorrelationId, Job, JobId, JobStatus, JobSubmission, JobType, QueueName, RawJson,
    RetryOverride, Timestamp, TraceContext,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::RetryPolicy;

/// Defaults of a job type, for fields that a submission leaves out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobDefaults {
    /// Counted attempts that one run may start.
    pub max_attempts: u32,
    /// Longest duration of one attempt, in milliseconds.
    pub timeout_ms: u64,
    /// Delays between attempts.
    pub retry: RetryPolicy,
}

impl Default for JobDefaults {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            timeout_ms: 300_000,
            retry: RetryPolicy::default(),
        }
    }
}

/// Time at which a new job becomes ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StartAt {
    /// On acceptance.
    #[default]
    Now,
    /// Not before this time.
    At(Timestamp),
    /// This many milliseconds after acceptance, by the store's clock.
    AfterMillis(u64),
}

impl StartAt {
    /// Returns `true` for a start on acceptance.
    pub fn is_now(&self) -> bool {
        *self == Self::Now
    }

    /// Returns the requested start of a job that was accepted at `accepted_at`, which may be after it.
    pub fn time(self, accepted_at: Timestamp) -> Timestamp {
        match self {
            Self::Now => accepted_at,
            Self::At(at) => at,
            Self::AfterMillis(millis) => accepted_at.plus_millis(millis),
        }
    }
}

/// SHA-256 of a submission, which distinguishes a repeat from a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// Why a well-formed submission is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// The submission has both `runAt` and `delayMs`.
    #[error("runAt and delayMs exclude each other; send one of them")]
    TwoDelays,
}

/// A job to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Chosen by the client, else generated.
    pub id: JobId,
    /// Selects the handler.
    pub job_type: JobType,
    /// Queue that it waits in.
    pub queue: QueueName,
    /// Jobs with a higher priority are claimed first.
    pub priority: i32,
    /// Input of the handler.
    pub payload: Option<RawJson>,
    /// Time at which it becomes ready.
    pub start_at: StartAt,
    /// Counted attempts that one run may start.
    pub max_attempts: u32,
    /// Longest duration of one attempt, in milliseconds.
    pub timeout_ms: u64,
    /// Retry settings of the submission.
    pub retry_override: Option<RetryOverride>,
    /// Retry policy: the type's default with the submission's settings.
    pub retry: RetryPolicy,
    /// Key that at most one unfinished job carries.
    pub unique_key: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// Text values of the client.
    pub metadata: BTreeMap<String, String>,
    /// Correlation id of the request that submits it.
    pub correlation_id: CorrelationId,
    /// Span that creates it, if its trace is sampled. Stored with the job and with each of its events.
    pub trace: Option<TraceContext>,
    /// The client's key for the request, by which a repeat is recognized.
    pub idempotency_key: Option<String>,
    /// Fingerprint that a repeat must have; present if the client chose an id or an idempotency key.
    pub fingerprint: Option<Fingerprint>,
}

impl NewJob {
    /// Creates a job without a trace from a submission and the defaults of its type. `generated` is its id if the client
    /// chose none.
    ///
    /// # Errors
    /// When fields contradict each other.
    pub fn from_submission(
        submission: JobSubmission,
        idempotency_key: Option<String>,
        correlation_id: CorrelationId,
        generated: JobId,
        defaults: &JobDefaults,
    ) -> Result<Self, SubmissionError> {
        let start_at = match (submission.run_at, submission.delay_ms) {
            (Some(_), Some(_)) => return Err(SubmissionError::TwoDelays),
            (Some(at), None) => StartAt::At(at),
            (None, Some(millis)) if millis > 0 => StartAt::AfterMillis(millis),
            (None, _) => StartAt::Now,
        };
        let can_repeat = idempotency_key.is_some() || submission.id.is_some();
        let fingerprint = can_repeat.then(|| fingerprint(&submission));
        Ok(Self {
            id: submission.id.unwrap_or(generated),
            job_type: submission.job_type,
            queue: submission.queue.unwrap_or_default(),
            priority: submission.priority.unwrap_or(0),
            payload: submission.payload,
            start_at,
            max_attempts: submission.max_attempts.unwrap_or(defaults.max_attempts),
            timeout_ms: submission.timeout_ms.unwrap_or(defaults.timeout_ms),
            retry: submission
                .retry
                .as_ref()
                .map_or(defaults.retry, |by| defaults.retry.overridden(by)),
            retry_override: submission.retry,
            unique_key: submission.unique_key,
            tags: submission.tags,
            metadata: submission.metadata,
            correlation_id,
            trace: None,
            idempotency_key,
            fingerprint,
        })
    }

    /// Returns the earliest start of the job, if that is after its acceptance.
    pub fn run_at(&self, accepted_at: Timestamp) -> Option<Timestamp> {
        let at = self.start_at.time(accepted_at);
        (at > accepted_at).then_some(at)
    }

    /// Returns the job as its submitter sees it on acceptance.
    pub fn accepted(&self, accepted_at: Timestamp) -> Job {
        let run_at = self.run_at(accepted_at);
        Job {
            id: self.id,
            job_type: self.job_type.clone(),
            queue: self.queue.clone(),
            status: if run_at.is_some() {
                JobStatus::Scheduled
            } else {
                JobStatus::Pending
            },
            version: 1,
            priority: self.priority,
            attempt: 0,
            max_attempts: self.max_attempts,
            run: 1,
            timeout_ms: self.timeout_ms,
            created_at: accepted_at,
            updated_at: accepted_at,
            run_at,
            started_at: None,
            finished_at: None,
            correlation_id: self.correlation_id,
            idempotency_key: self.idempotency_key.clone(),
            unique_key: self.unique_key.clone(),
            retry: self.retry_override.clone(),
            tags: self.tags.clone(),
            metadata: self.metadata.clone(),
            cancel_requested: false,
            progress: None,
            payload: self.payload.clone(),
            result: None,
            error: None,
            fingerprint: None,
            attempts: None,
        }
    }
}

/// Computes the fingerprint of a submission. It does not depend on the order of fields and on white space. Numbers are
/// compared as written: no type represents all of them.
fn fingerprint(submission: &JobSubmission) -> Fingerprint {
    let text = serde_json::to_string(submission).expect("a submission serializes to JSON");
    let mut canonical = String::with_capacity(text.len());
    canonicalise(&text, &mut canonical).expect("serialized JSON is valid");
    Fingerprint(Sha256::digest(canonical.as_bytes()).into())
}

/// Appends `json` with sorted fields, without white space, and with strings escaped in one way.
fn canonicalise(json: &str, into: &mut String) -> serde_json::Result<()> {
    match json.as_bytes().first() {
        Some(b'{') => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
            for (index, (name, value)) in fields.iter().enumerate() {
                into.push(if index == 0 { '{' } else { ',' });
                into.push_str(&serde_json::to_string(name)?);
                into.push(':');
                canonicalise(value.get(), into)?;
            }
            into.push_str(if fields.is_empty() { "{}" } else { "}" });
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json)?;
            for (index, item) in items.iter().enumerate() {
                into.push(if index == 0 { '[' } else { ',' });
                canonicalise(item.get(), into)?;
            }
            into.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Some(b'"') => {
            let text: String = serde_json::from_str(json)?;
            into.push_str(&serde_json::to_string(&text)?);
        }
        _ => into.push_str(json),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submission(text: &str) -> JobSubmission {
        serde_json::from_str(text).expect("valid submission")
    }

    #[test]
    fn fingerprints_ignore_order_and_white_space() {
        let a = submission(r#"{"type":"echo","payload":{"a":1,"b":2}}"#);
        let b = submission(r#"{ "payload": { "b":2, "a":1 }, "type": "echo" }"#);
        let c = submission(r#"{"type":"echo","payload":{"a":1,"b":3}}"#);
        assert_eq!(fingerprint(&a), fingerprint(&b));
        assert_ne!(fingerprint(&a), fingerprint(&c));
    }

    #[test]
    fn fingerprints_distinguish_all_numbers() {
        let a = submission(r#"{"type":"echo","payload":[{"n":36893488147419103232}]}"#);
        let b = submission(r#"{"type":"echo","payload":[{"n":36893488147419103233}]}"#);
        assert_ne!(fingerprint(&a), fingerprint(&b));
    }

    #[test]
    fn json_becomes_canonical() {
        let json = r#" { "b" : [ 1.0 , true , null , { } , [ ] ] , "a" : "\u0041\/\n" } "#;
        let mut canonical = String::new();
        canonicalise(json.trim(), &mut canonical).expect("JSON");
        assert_eq!(canonical, r#"{"a":"A/\n","b":[1.0,true,null,{},[]]}"#);
    }
}
