//! Validation against the JSON Schemas of `contracts/schemas`, which are compiled into this crate.
//!
//! What is checked often has a validator generated at build time: [`validate_submission`],
//! [`validate_batch`], [`validate_event`], [`validate_event_batch`] and [`EventChecker`]. Everything else, and the report of what is
//! wrong, goes through [`Schemas`].

mod compiled;
mod compiled_members;
mod documents;
mod event_checker;
mod event_members;
mod event_parts;
mod event_shape;
mod event_template;
mod explain;
mod registry;
mod validate;

pub use documents::id_of;
pub use event_checker::EventChecker;
pub use event_parts::EventParts;
pub use registry::{InvalidSchema, Schema, Schemas};
pub use validate::{
    MAX_ERRORS, validate_batch, validate_event, validate_event_batch, validate_submission,
};
