//! The contract types and their validator.
//!
//! The JSON documents under `contracts/` at the repository root are the source of truth. The types here give them a
//! Rust form, once for the whole workspace. This crate knows no service, store or transport, and does no I/O.
//!
//! Entry points: [`JobSubmission`] and [`Job`] for the HTTP interface, [`EventEnvelope`] for the event stream,
//! [`parse_strict`] for untrusted JSON, and [`schema`] for validation.

mod alert;
mod alert_rules;
mod attempt;
mod counted;
mod deployment;
mod drill;
mod event;
mod explanation;
mod failure;
mod failure_fingerprint;
mod failure_group;
mod health_summary;
mod hold_duration;
mod id_digits;
mod ids;
mod integrity;
mod job;
mod json;
pub mod json_pointer;
mod listing;
mod message;
mod metric_contract;
mod metrics_snapshot;
mod names;
mod overview;
mod parked_message;
mod problem;
mod queue;
mod raw_json;
pub mod schema;
mod service_health;
mod status;
mod submission;
mod terminal;
mod threshold_unit;
mod timeseries;
mod timestamp;
mod trace_context;
mod type_figures;
mod ui_registry;
mod ui_registry_document;
mod ui_url;
mod whole;
mod worker;

pub use alert::{Acknowledgement, Alert, AlertSeverity, AlertState};
pub use alert_rules::{AlertRule, AlertRules, AlertUrls};
pub use attempt::{AttemptLog, AttemptOutcome, JobAttempt, LogLine, LogStream};
pub use counted::counted;
pub use deployment::Deployment;
pub use drill::{ActiveFault, DrillFault, DrillFaults, DrillRequest};
pub use event::{
    CONTRACT_VERSION, EventEnvelope, EventPayload, EventType, Producer, UnknownEventType,
};
pub use explanation::{Cause, CauseCode, Explanation};
pub use failure::{FailureReason, JobError};
pub use failure_fingerprint::{FailureFingerprint, InvalidFailureFingerprint};
pub use failure_group::{FailureAnswer, FailureGroup, FailureList};
pub use health_summary::{HealthCause, HealthStatus, HealthSummary};
pub use hold_duration::{HoldDuration, InvalidHoldDuration};
pub use id_digits::{IdDigits, InvalidIdDigits};
pub use ids::{CorrelationId, EventId, InvalidId, JobId};
pub use integrity::{Integrity, IntegrityEvidence};
pub use job::{Job, Progress};
pub use json::{JsonError, parse_strict};
pub use listing::{AlertList, AlertSource, AlertSourceStatus, EventList, JobList, StreamGap};
pub use message::{EventBatch, Events, Message, MessageType, ReadyJob, ReadyJobs, WorkReady};
pub use metric_contract::{MetricContract, MetricFamily, MetricKind, MetricLabel};
pub use metrics_snapshot::{MetricsSnapshot, TypeMetrics};
pub use names::{InvalidName, JobType, QueueName};
pub use overview::{DurationSummary, Overview, Stats};
pub use parked_message::ParkedMessage;
pub use problem::{FieldError, Problem};
pub use queue::{QueueList, QueueScale, QueueSummary, TypeCount};
pub use raw_json::RawJson;
pub use service_health::{ServiceHealth, ServiceList, ServiceStatus};
pub use status::{JobStatus, UnknownStatus};
pub use submission::{
    Acceptance, BatchAccepted, BatchItem, BatchSubmission, JobSubmission, MAX_JOB_BYTES,
    RetryOverride,
};
pub use terminal::{
    TerminalClientMessage, TerminalCloseCode, TerminalMode, TerminalNotice, TerminalProtocol,
    TerminalRestored, TerminalServerMessage, TerminalSize, TerminalStatus, TerminalTicket,
    TerminalTicketRequest, TerminalView, TerminalViewName,
};
pub use threshold_unit::ThresholdUnit;
pub use timeseries::{
    Timeseries, TimeseriesMetric, TimeseriesPoint, TimeseriesUnit, TimeseriesWindow, UnknownMetric,
    UnknownWindow,
};
pub use timestamp::Timestamp;
pub use trace_context::{InvalidTraceContext, TraceContext};
pub use type_figures::{
    Histogram, HistogramBucket, TypeDetail, TypeList, TypeSummary, TypeVersion,
};
pub use ui_registry::{
    UiCategory, UiDeployment, UiEntry, UiRegistry, UiRegistryAnswer, UiRegistrySource,
};
pub use ui_registry_document::InvalidUiRegistry;
pub use ui_url::{InvalidUiUrl, UiUrl};
pub use worker::{Worker, WorkerList, WorkerStatus};
