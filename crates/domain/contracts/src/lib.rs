//! The contract types, the validator and the compatibility checker.
//!
//! The JSON documents under `contracts/` at the repository root are the source of truth; the types here
//! carry the same shapes into Rust, once for the whole workspace. This crate must not know any service,
//! store or transport, and does no I/O but reading `contracts/`.
//!
//! Entry points: [`JobSubmission`] and [`Job`] for the HTTP interface, [`EventEnvelope`] for the event
//! stream, [`parse_strict`] for untrusted JSON, [`schema`] for validation,
//! [`check`] and [`compat`] for those who change contracts.

mod alert;
mod attempt;
pub mod check;
pub mod compat;
mod contract_set;
mod event;
mod explanation;
mod failure;
mod ids;
mod job;
mod json;
mod listing;
mod message;
mod metrics_snapshot;
mod names;
mod overview;
mod parked_message;
mod pointer;
mod problem;
mod references;
pub mod schema;
mod semver;
mod service_health;
mod status;
mod submission;
mod timeseries;
mod timestamp;
mod ui_registry;
mod whole;

pub use alert::{Alert, AlertSeverity, AlertState};
pub use attempt::{AttemptOutcome, JobAttempt, LogLine, LogStream};
pub use contract_set::{ContractSet, LoadError};
pub use event::{
    CONTRACT_VERSION, EventEnvelope, EventPayload, EventType, Producer, UnknownEventType,
};
pub use explanation::{Cause, CauseCode, Explanation};
pub use failure::{FailureReason, JobError};
pub use ids::{CorrelationId, EventId, InvalidId, JobId};
pub use job::{Job, Progress};
pub use json::{JsonError, RawJson, parse_strict};
pub use listing::{AlertList, AlertSource, AlertSourceStatus, EventList, JobList, QueueList};
pub use message::{EventBatch, Events, Message, MessageType, ReadyJob, ReadyJobs, WorkReady};
pub use metrics_snapshot::{MetricsSnapshot, TypeMetrics};
pub use names::{InvalidName, JobType, QueueName};
pub use overview::{DurationSummary, Overview, QueueSummary, Stats};
pub use parked_message::ParkedMessage;
pub use problem::{FieldError, Problem};
pub use semver::{Bump, InvalidVersion, Version};
pub use service_health::{ServiceHealth, ServiceList, ServiceStatus};
pub use status::{JobStatus, UnknownStatus};
pub use submission::{BatchAccepted, BatchItem, BatchSubmission, JobSubmission, RetryOverride};
pub use timeseries::{
    Timeseries, TimeseriesMetric, TimeseriesPoint, TimeseriesUnit, TimeseriesWindow, UnknownMetric,
    UnknownWindow,
};
pub use timestamp::Timestamp;
pub use ui_registry::{
    UiCategory, UiDeployment, UiEntry, UiRegistry, UiRegistryAnswer, UiRegistrySource,
};
