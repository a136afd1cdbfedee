//! What an adapter implements. Every port has one conformance suite in the test kit.

mod archive;
mod bus;
mod clock;
mod error;
mod log;
mod outbox;
mod reader;
mod store;
mod views;

pub use archive::{Archive, ArchivedJob, ArchivedJobPage};
pub use bus::{EventBus, EventSink, EventStream};
pub use clock::{Clock, SystemClock};
pub use error::StoreError;
pub use log::{EventLog, EventQuery, LogEntry, LogRecord, Position};
pub use outbox::Outbox;
pub use reader::{JobPage, JobQuery, JobReader, QueueDepth, SortOrder, WaitingBehind};
pub use store::{
    Acceptance, Admission, ClaimRequest, ClaimedJob, CommandError, EndedAttempt, Hint, JobStore,
    Lease, LeaseError, MAX_LOG_LINES_PER_ATTEMPT, Renewal, StaleLease, SubmitError, Submitted,
    WORKER_RETENTION_MS, WorkerRecord,
};
pub use views::{TimeRange, ViewSnapshot, Views};
