//! The shared HTTP rules over real connections.

mod access;
mod drills;
mod hostile_bytes;
mod limits;
mod running;
mod shared_routes;
mod upgrades;
