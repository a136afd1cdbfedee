//! Views and archive on real servers: their conformance suites, and what is specific to these adapters.

mod appliers;
mod archive;
mod conformance;
mod credentials;
mod data_loss;
mod fault_proxy;
mod history;
mod inspection;
mod rebuild;
mod servers;
mod throughput;
mod tls;
mod versions;
