//! The views on a real Redis: their conformance suite, and what is their own.

mod appliers;
mod conformance;
mod credentials;
mod losing;
mod past;
mod proxy;
mod rebuilding;
mod servers;
