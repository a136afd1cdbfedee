//! Views and archive on real servers: their conformance suites, and what is their own.

mod appliers;
mod archiving;
mod conformance;
mod credentials;
mod losing;
mod pace;
mod past;
mod proxy;
mod rebuilding;
mod servers;
mod tls;
