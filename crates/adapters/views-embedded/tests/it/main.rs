//! The conformance suite of the views, and tests of their file and rebuild.

mod conformance;
mod rebuild;
mod reopening;
