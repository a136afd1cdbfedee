//! Compares two revisions of the contracts. Classifies every change of every schema, and checks that the `$version` of the
//! schema was raised far enough.
//!
//! MAJOR: a field removed, an enumeration narrowed, a type changed, a field required, a bound made stricter.
//! MINOR: an optional field added, an enumeration widened, a bound relaxed. PATCH: documentation.

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
