//! Validation against the JSON Schemas of `contracts/schemas`, which are compiled into this crate.
//!
//! Everything that enters as bytes is validated here: request bodies, messages, files. Values that this build made from the
//! contract types are not validated again; tests prove that they follow their schemas.
//!
//! [`validate_submission`], [`validate_batch`], [`validate_event`] and [`validate_event_batch`] use validators that the
//! build generates. Everything else goes through [`Schemas`], and so does the report of what is wrong.

mod compiled;
mod documents;
mod explain;
mod registry;
mod validate;

pub use documents::id_of;
pub use explain::MAX_ERRORS;
pub use registry::{InvalidSchema, Schema, Schemas};
pub use validate::{validate_batch, validate_event, validate_event_batch, validate_submission};
