//! One command for many jobs: select them, then act on exactly those that were selected.
//!
//! Knows no terminal: progress is reported to a callback. Both steps can be cancelled by dropping their futures. After that
//! no request is sent; the at most eight that were under way may take effect.

mod action;
mod outcome;
mod run;
mod selection;

pub use action::BulkAction;
pub use outcome::{BulkOutcome, BulkResult, BulkSummary};
pub use run::CONCURRENCY as BULK_CONCURRENCY;
pub use selection::{Selection, SelectionLimits};
