//! The traits that adapters implement. Every port has one conformance suite in the test kit.

mod alerts;
mod archive;
mod bus;
mod clock;
mod commands;
mod error;
mod hints;
mod lag;
mod leadership;
mod log;
mod maintenance;
mod outbox;
mod quarantine;
mod reader;
mod statistics;
mod store;
mod views;
mod work_queue;
mod worker;

pub use alerts::AlertBook;
pub use archive::{Archive, ArchivedJob, ArchivedJobPage};
pub use bus::{EventBus, EventSink, EventStream};
pub use clock::{Clock, ClockReading, SystemClock};
pub use commands::{CommandError, JobCommands, SubmitError, Submitted};
pub use error::{ErrorChain, Failure, StoreError};
pub use hints::{Hint, StoreHints};
pub use lag::Lag;
pub use leadership::Leadership;
pub use log::{EventLog, EventQuery, LogEntry, LogRecord, Position};
pub use maintenance::{Expiry, LostAttempt, Maintenance};
pub use odd_contracts::Acceptance;
pub use outbox::Outbox;
pub use quarantine::Quarantine;
pub use reader::{
    AttemptLogPage, AttemptLogQuery, JobPage, JobQuery, JobReader, JobTotals, MAX_COUNTED_FAILED,
    MAX_SHOWN_ATTEMPTS, QueueDepth, SEARCHED_BYTES_LIMIT, SortOrder, WaitingBehind,
};
pub use statistics::{StoreFigures, StoreStatistics};
pub use store::JobStore;
pub use views::{TimeRange, ViewSnapshot, Views};
pub use work_queue::{
    Admission, ClaimAhead, ClaimQuota, ClaimRequest, ClaimedJob, EndedAttempt, Lease, LeaseError,
    MAX_LOG_LINES_PER_ATTEMPT, RefusedJob, Renewal, StaleLease, WorkQueue,
};
pub use worker::{MAX_WORKERS, WORKER_LOST_MS, WORKER_RETENTION_MS, WorkerRecord};
