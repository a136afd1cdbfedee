//! The metrics-engine over a real store, bus and views.

mod alerting;
mod folding;
mod invalid_events;
mod rig;
mod scripted_bus;
mod webhook_receiver;
