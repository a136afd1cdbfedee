//! Whether a change of the contracts is honest about its size: every change of every schema is classified,
//! and the schema's `$version` must have been raised accordingly.
//!
//! MAJOR: a member removed, an enumeration narrowed, a type changed, a member required, a bound tightened.
//! MINOR: an optional member added, an enumeration widened, a bound relaxed. PATCH: documentation.

mod alternatives;
mod annotations;
mod bounds;
mod change;
mod compare;
mod keywords;
mod report;
mod verdict;
mod view;

pub use change::Change;
pub use report::{CompatReport, SchemaReport};
pub use verdict::compat;
