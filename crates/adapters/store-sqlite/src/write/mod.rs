//! Writing: a thread that owns the only writing connection commits requests in groups.
//!
//! From the bottom: `running_attempts` and `ranges` are data; `transaction` runs SQL; `tables` has one function for each
//! row that it writes; `write_buffer` joins rows into ranges and long statements; a `session` is a transaction with its
//! events, rows and leases; each operation decides with the pure [`JobState`](odd_core::JobState) and has a session write
//! the outcome; the `writer` runs operations.

mod abandoned_claims;
mod attempt;
mod candidate;
mod checkpoint;
mod claim;
mod claim_queue;
mod clock;
mod command;
mod handle;
mod index_entries;
mod lease;
mod message;
mod notifier;
mod prepared;
mod progress;
mod promote;
mod prune;
mod quarantine;
mod ranges;
mod recovery;
mod running_attempts;
mod session;
mod submit;
mod tables;
mod transaction;
mod worker;
mod write_buffer;
mod writer;
mod writer_state;

pub(crate) use attempt::{expire, finish};
pub(crate) use command::{cancel, drop_dead_letter, retry};
pub(crate) use handle::WriterHandle;
pub(crate) use lease::renew;
pub(crate) use message::ClaimTicket;
pub(crate) use progress::{append_log, record_progress};
pub(crate) use promote::promote;
pub(crate) use prune::prune;
pub(crate) use quarantine::quarantine;
pub(crate) use submit::submit;
pub(crate) use worker::{record_worker, remove_worker};
pub(crate) use writer::start;
