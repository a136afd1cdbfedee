//! The filter language: text such as `status:FAILED !type:email since:1h "timed out"` that selects jobs.
//!
//! [`JobFilter`] parses it, prints it, and turns it into the query of the read-model; [`completions`] helps to write it. All
//! of that is pure. The grammar is documented in `docs/reference/filter.md`.
//!
//! A filter cannot be evaluated here: listed jobs lack their payload, which text is searched in, and events lack tags. To
//! filter events as they arrive, query the jobs again.

mod check;
mod completion;
mod error;
mod job_filter;
mod key;
mod limits;
mod parse;
mod quote;
mod spelling;
mod term;
mod to_query;
mod when;
mod word;

#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vector_tests;

pub use completion::{Completion, KnownValues, completions};
pub use error::FilterError;
pub use job_filter::JobFilter;
pub use key::FilterKey;
pub use term::{Condition, Term};
pub use when::When;
