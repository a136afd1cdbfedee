use std::collections::BTreeMap;

use odd_contracts::{
    CorrelationId, Job, JobId, JobStatus, JobSubmission, JobType, QueueName, RawJson,
    RetryOverride, Timestamp,
};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::RetryPolicy;

/// What a job type prescribes where a submission is silent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobDefaults {
    /// Attempts per run.
    pub max_attempts: u32,
    /// Longest run of one attempt.
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

/// When a new job becomes ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartAt {
    /// At once.
    Now,
    /// Not before this time.
    At(Timestamp),
    /// This long after acceptance, by the store's clock.
    AfterMillis(u64),
}

/// SHA-256 of a submission, to tell a repeat from a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// Why a well-formed submission makes no job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// Both ways to delay were used.
    #[error("runAt and delayMs exclude each other; send one of them")]
    TwoDelays,
}

/// A job on its way into the store.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Chosen by the client, else generated.
    pub id: JobId,
    /// Selects the handler.
    pub job_type: JobType,
    /// Where it waits.
    pub queue: QueueName,
    /// Higher runs first.
    pub priority: i32,
    /// The handler's input.
    pub payload: Option<RawJson>,
    /// When it becomes ready.
    pub start_at: StartAt,
    /// Attempts per run.
    pub max_attempts: u32,
    /// Longest run of one attempt.
    pub timeout_ms: u64,
    /// What the client said of retries.
    pub retry_override: Option<RetryOverride>,
    /// What follows from it and the type's defaults.
    pub retry: RetryPolicy,
    /// At most one unfinished job carries it.
    pub unique_key: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// Text values kept beside the job.
    pub metadata: BTreeMap<String, String>,
    /// The request that submits it.
    pub correlation_id: CorrelationId,
    /// The client's key for the request.
    pub idempotency_key: Option<String>,
    /// Present when the client chose an id or a key: what a repeat must equal.
    pub fingerprint: Option<Fingerprint>,
}

impl NewJob {
    /// Completes `submission` with the defaults of its type. `generated` is used when the client chose no id.
    ///
    /// # Errors
    /// When the members contradict each other.
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
            idempotency_key,
            fingerprint,
        })
    }

    /// The time before which the job must not start, given the time of acceptance.
    pub fn run_at(&self, accepted_at: Timestamp) -> Option<Timestamp> {
        match self.start_at {
            StartAt::Now => None,
            StartAt::At(at) => (at > accepted_at).then_some(at),
            StartAt::AfterMillis(millis) => (millis > 0).then(|| accepted_at.plus_millis(millis)),
        }
    }

    /// The job as its submitter sees it at `accepted_at`.
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
            attempts: None,
        }
    }
}

/// Two submissions are the same when their members are, whatever their order and white space. Numbers are compared as
/// they are written: no type holds them all.
fn fingerprint(submission: &JobSubmission) -> Fingerprint {
    let text = serde_json::to_string(submission).expect("a submission always prints as JSON");
    let mut canonical = String::with_capacity(text.len());
    canonicalise(&text, &mut canonical).expect("what was printed reads");
    Fingerprint(Sha256::digest(canonical.as_bytes()).into())
}

/// Appends `json` with members in order, without white space, and with strings escaped in one way.
fn canonicalise(json: &str, into: &mut String) -> serde_json::Result<()> {
    match json.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
            for (index, (name, value)) in members.iter().enumerate() {
                into.push(if index == 0 { '{' } else { ',' });
                into.push_str(&serde_json::to_string(name)?);
                into.push(':');
                canonicalise(value.get(), into)?;
            }
            into.push_str(if members.is_empty() { "{}" } else { "}" });
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
    fn fingerprints_tell_all_numbers_apart() {
        let a = submission(r#"{"type":"echo","payload":[{"n":36893488147419103232}]}"#);
        let b = submission(r#"{"type":"echo","payload":[{"n":36893488147419103233}]}"#);
        assert_ne!(fingerprint(&a), fingerprint(&b));
    }

    #[test]
    fn texts_become_canonical() {
        let json = r#" { "b" : [ 1.0 , true , null , { } , [ ] ] , "a" : "\u0041\/\n" } "#;
        let mut canonical = String::new();
        canonicalise(json.trim(), &mut canonical).expect("JSON");
        assert_eq!(canonical, r#"{"a":"A/\n","b":[1.0,true,null,{},[]]}"#);
    }
}
