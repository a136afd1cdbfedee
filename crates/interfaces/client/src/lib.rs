//! Typed client of the gateway (commands) and the read-model (queries and the event stream).
//!
//! Knows the contract types and HTTP, but no services, stores or terminals. Every call has a time limit. A rejected request
//! returns the problem document of the server in [`ClientError::Problem`].
//!
//! Entry point: [`Client::new`].

mod alerts;
mod attempt_log;
mod backoff;
mod bulk;
mod client;
mod config;
mod dead_letters;
mod error;
mod events;
mod failures;
mod filter;
mod follow;
mod inert;
mod job_ref;
mod jobs;
mod jobs_query;
mod loopback;
mod observations;
mod page;
mod queries;
mod resolve;
mod short_ids;
mod sse;
mod status_symbol;
mod terminal;

pub use attempt_log::AttemptLogQuery;
pub use backoff::{STABLE_AFTER, retry_transient};
pub use bulk::{
    BULK_CONCURRENCY, BulkAction, BulkOutcome, BulkResult, BulkSummary, Selection, SelectionLimits,
};
pub use client::{Client, GATEWAY};
pub use config::{ClientConfig, Token};
pub use error::{Cause, ClientError};
pub use events::{EventFilter, EventsQuery};
pub use failures::FailuresQuery;
pub use filter::{
    Completion, Condition, FilterError, FilterKey, JobFilter, KnownValues, Term, When, completions,
};
pub use follow::{EventFollower, Follow};
pub use inert::{inert, inert_json};
pub use job_ref::{InvalidJobRef, JobRef};
pub use jobs::Accepted;
pub use jobs_query::JobsQuery;
pub use loopback::is_loopback;
pub use odd_contracts::Acceptance;
pub use page::Page;
pub use reqwest::Url;
pub use resolve::ResolveError;
pub use short_ids::{ShortIds, short_id};
pub use status_symbol::status_symbol;
pub use terminal::{TerminalBackoff, TerminalEnd, TerminalIncoming, TerminalSocket};
