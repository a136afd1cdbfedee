//! `up --compose` and `down --compose`: a deployment in containers.

mod down;
mod examples;
mod prepare;
mod up;

pub(super) use down::down;
pub(super) use prepare::{mode_names, parse_mode};
pub(super) use up::{UpArgs, up};
