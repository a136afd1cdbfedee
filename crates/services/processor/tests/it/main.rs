//! The processor over a real store.

mod delays;
mod draining;
mod handlers;
mod last_lines;
mod leases;
mod log_lines;
mod outcomes;
mod progress;
mod registration;
mod rig;
mod selection;
mod shortage;
mod slots;
