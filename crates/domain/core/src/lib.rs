//! The job: its state machine, retry policy, leases and events, and the ports that stores, buses and views implement.
//!
//! Pure: no runtime, no driver, no HTTP. Time, ids and randomness are arguments, or come from [`Clock`].
//!
//! Entry points: [`JobState`] for the commands on a job, [`machine`] for the table of legal transitions, [`NewJob`] for a
//! submission, [`ports`] for what an adapter implements.

mod aggregates;
mod alert_records;
mod attempt_transition;
mod bucket;
mod change_columns;
mod deduplicate;
mod event;
mod event_from_envelope;
mod failure_fingerprint;
mod failure_groups;
mod failure_slice;
mod job_options;
mod job_state;
mod latency_histogram;
pub mod machine;
mod message_template;
mod new_job;
pub mod ports;
mod publish_latency;
mod quarantine_counter;
mod queue_flow;
mod retry;
mod slice_change;
mod store_clock;
mod text_search;
mod transaction_counters;
mod view_digest;

pub use aggregates::{Aggregates, BUCKET_RETENTION_MS, BUCKET_SECONDS, CountKey, JobTally};
pub use alert_records::{AlertNotification, AlertRecords, RecordedAlerts, SilenceRefusal};
pub use attempt_transition::AttemptResult;
pub use bucket::{Bucket, BucketKey, DurationHistogram, VersionTally};
pub use change_columns::{Detail, DetailFields, decode_change, encode_change};
pub use deduplicate::{Deduplication, ExistingJobs, Submission, deduplicate};
pub use event::{Change, JobEvent, Producers};
pub use event_from_envelope::MalformedEvent;
pub use failure_fingerprint::failure_fingerprint;
pub use failure_groups::{FailureGroups, MAX_FAILURE_GROUPS};
pub use failure_slice::{
    FAILURE_RETENTION_MS, FAILURE_SLICE_SECONDS, FailureSlice, FailureTally, MAX_KINDS_PER_SLICE,
};
pub use job_options::JobOptions;
pub use job_state::{Cancellation, JobState, Refusal, VersionedChange};
pub use latency_histogram::{Exemplar, LatencyBatch, LatencyHistogram, LatencySnapshot, TraceId};
pub use new_job::{Fingerprint, JobDefaults, NewJob, StartAt, SubmissionError};
pub use ports::{Clock, SystemClock};
pub use publish_latency::PublishLatency;
pub use quarantine_counter::QuarantineCounter;
pub use queue_flow::{QueueFlow, QueueFlows};
pub use retry::RetryPolicy;
pub use slice_change::{PlacedTally, SliceChange};
pub use store_clock::{ClockJump, JUMP_MICROS, SavedClock, StoreClock, StoreTime, WallOffset};
pub use text_search::{TextSearch, is_searchable};
pub use transaction_counters::TransactionCounters;
pub use view_digest::ViewDigest;
